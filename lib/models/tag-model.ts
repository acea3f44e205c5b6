import * as tf from '@tensorflow/tfjs';
import { type Precision, withPrecision } from '../backend';
import { type ForwardContext, inference, type Parameters, type TokenClassifier } from '../layers';
import { entitiesToTags, outermost, tagsToEntities } from '../text';
import type { Encoding } from './encoding';
import type { Batch, Example, Model, ScoredEntity } from './types';

/** The BIO tags of `types`: O, then B and I of each. */
export const bioTags = (types: readonly string[]): string[] => ['O', ...types.flatMap((type) => [`B-${type}`, `I-${type}`])];

/**
 * Tags tokens in BIO. Tags cannot nest: it is trained on the outermost entities of each window. A predicted entity's score is
 * the mean log-probability of its tokens' tags.
 */
export class TagModel implements Model {
  readonly kind = 'tag';
  private readonly tags: readonly string[];

  constructor(
    readonly parameters: Parameters,
    readonly types: readonly string[],
    private readonly encoding: Encoding,
    private readonly classifier: TokenClassifier,
    private readonly precision: Precision = 'float32',
  ) {
    this.tags = bioTags(types);
  }

  /** → [batch, n, tags]. */
  logits(batch: Batch, context: ForwardContext = inference): tf.Tensor3D {
    return withPrecision(this.precision, () => this.classifier.forward(this.encoding.forward(batch, context), context));
  }

  loss(batch: Batch, context: ForwardContext): tf.Scalar {
    const shape: [number, number] = [batch.examples.length, batch.length];
    const tags = new Int32Array(shape[0] * shape[1]);
    const weights = new Float32Array(shape[0] * shape[1]);
    batch.examples.forEach((example, row) => {
      tags.set(this.goldTags(example), row * batch.length);
      weights.fill(1, row * batch.length + 1, row * batch.length + example.ids.length - 1);
    });
    return this.classifier.loss(this.logits(batch, context), tf.tensor2d(tags, shape, 'int32'), tf.tensor2d(weights, shape));
  }

  private goldTags({ ids, spans }: Example): number[] {
    const entities = spans.map(({ start, end, type }) => ({ start, end, type: this.types[type] }));
    return entitiesToTags(outermost(entities), ids.length, 'BIO').map((tag) => this.tags.indexOf(tag));
  }

  async predict(batch: Batch): Promise<ScoredEntity[][]> {
    const [best, logProbability] = tf.tidy((): [tf.Tensor, tf.Tensor] => {
      const all = tf.logSoftmax(this.logits(batch));
      return [all.argMax(2), all.max(2)];
    });
    try {
      const [tags, scores] = await Promise.all([best.data<'int32'>(), logProbability.data<'float32'>()]);
      return batch.examples.map(({ ids, starts, ends }, row) => {
        const inner = ids.length - 2;
        const from = row * batch.length + 1; // the token after [CLS]
        const names = Array.from({ length: inner }, (_, token) => this.tags[tags[from + token]]);
        return tagsToEntities(names).map(({ start, end, type }) => {
          const score = scores.slice(from + start, from + end).reduce((sum, value) => sum + value, 0) / (end - start);
          return { start: starts[start + 1], end: ends[end], type, score };
        });
      });
    } finally {
      tf.dispose([best, logProbability]);
    }
  }

  dispose(): void {
    this.encoding.dispose();
    this.parameters.dispose();
  }
}
