import * as tf from '@tensorflow/tfjs';
import { type Precision, withPrecision } from '../backend';
import { type ForwardContext, inference, innerTokens, type Parameters, type TagHead } from '../layers';
import { entitiesToTags, outermost, tagsToEntities } from '../text';
import type { Encoding } from './encoding';
import { rDrop, softmaxDivergence } from './r-drop';
import { type Batch, type Example, type Model, type ModelParts, type ScoredEntity, windowLengths } from './types';

/** The BIO tags of `types`: O, then B and I of each. */
export const bioTags = (types: readonly string[]): string[] => ['O', ...types.flatMap((type) => [`B-${type}`, `I-${type}`])];

/**
 * Tags tokens in BIO. Tags cannot nest: it is trained on the outermost entities of each window. A predicted entity's score is
 * the mean log-probability of its tokens' tags, as the head gives them: the softmax's, or a CRF's marginals.
 */
export class TagModel implements Model, ModelParts {
  readonly kind = 'tag';
  private readonly tags: readonly string[];

  constructor(
    readonly parameters: Parameters,
    readonly types: readonly string[],
    private readonly encoding: Encoding,
    private readonly head: TagHead,
    private readonly precision: Precision = 'float32',
  ) {
    this.tags = bioTags(types);
  }

  encode(batch: Batch, context: ForwardContext): tf.Tensor3D {
    return withPrecision(this.precision, () => this.encoding.forward(batch, context));
  }

  scoresOf(x: tf.Tensor3D, batch: Batch, context: ForwardContext): tf.Tensor3D {
    return withPrecision(this.precision, () => this.head.forward(x, windowLengths(batch), context));
  }

  /** → [batch, n, tags]. */
  logits(batch: Batch, context: ForwardContext = inference): tf.Tensor3D {
    return this.scoresOf(this.encode(batch, context), batch, context);
  }

  /** The loss from the scores [batch, n, tags]. */
  lossOf(scores: tf.Tensor3D, batch: Batch): tf.Scalar {
    return this.head.loss(scores, this.goldTags(batch), windowLengths(batch));
  }

  loss(batch: Batch, context: ForwardContext): tf.Scalar {
    return this.lossOf(this.logits(batch, context), batch);
  }

  /**
   * The divergence is that of the softmaxes of the scores, token by token. For a CRF these are its emissions' without its transitions, which
   * both passes share: the divergence of the chains' own distributions would need second derivatives of the partition.
   */
  rDropLoss(batch: Batch, context: ForwardContext, weight: number): tf.Scalar {
    const lengths = windowLengths(batch);
    const tags = this.goldTags(batch);
    const [first, second] = [this.logits(batch, context), this.logits(batch, context)];
    const divergence = softmaxDivergence(first, second, innerTokens(lengths, batch.length));
    return rDrop([this.head.loss(first, tags, lengths), this.head.loss(second, tags, lengths)], divergence, weight);
  }

  /** int32 [batch, n]; 0 at padding. */
  private goldTags(batch: Batch): tf.Tensor2D {
    const tags = new Int32Array(batch.examples.length * batch.length);
    batch.examples.forEach((example, row) => tags.set(this.tagsOf(example), row * batch.length));
    return tf.tensor2d(tags, [batch.examples.length, batch.length], 'int32');
  }

  private tagsOf({ ids, spans }: Example): number[] {
    const entities = spans.map(({ start, end, type }) => ({ start, end, type: this.types[type] }));
    return entitiesToTags(outermost(entities), ids.length, 'BIO').map((tag) => this.tags.indexOf(tag));
  }

  async predict(batch: Batch): Promise<ScoredEntity[][]> {
    const logits = tf.tidy(() => this.logits(batch));
    try {
      return await this.entitiesOf(logits, batch);
    } finally {
      logits.dispose();
    }
  }

  async entitiesOf(scores: tf.Tensor3D, batch: Batch): Promise<ScoredEntity[][]> {
    const decoded = await this.head.decode(scores, windowLengths(batch));
    return decoded.map(({ tags, logProbabilities }, row) => {
      const { starts, ends } = batch.examples[row];
      const names = Array.from(tags, (tag) => this.tags[tag]);
      return tagsToEntities(names).map(({ start, end, type }) => {
        let sum = 0;
        for (let token = start; token < end; token++) sum += logProbabilities[token];
        return { start: starts[start + 1], end: ends[end], type, score: sum / (end - start) };
      });
    });
  }

  dispose(): void {
    this.encoding.dispose();
    this.parameters.dispose();
  }
}
