import * as tf from '@tensorflow/tfjs';
import { multiLabelLoss, type Precision, withPrecision } from '../backend';
import { type ForwardContext, inference, type Parameters, type SpanHead } from '../layers';
import type { Encoding } from './encoding';
import { bernoulliDivergence, rDrop } from './r-drop';
import { type Batch, type Model, type ModelParts, type ScoredEntity, windowLengths } from './types';

/** Scores spans by type: entities may nest and cross. Predicts every span with s > 0 (paper B, below Eq. 9). */
export class SpanModel implements Model, ModelParts {
  readonly kind = 'span';

  constructor(
    readonly parameters: Parameters,
    readonly types: readonly string[],
    private readonly encoding: Encoding,
    /** Tells which span a score's row and column mean. */
    readonly head: SpanHead,
    private readonly precision: Precision = 'float32',
  ) {}

  encode(batch: Batch, context: ForwardContext): tf.Tensor3D {
    return withPrecision(this.precision, () => this.encoding.forward(batch, context));
  }

  scoresOf(x: tf.Tensor3D, batch: Batch): tf.Tensor4D {
    return withPrecision(this.precision, () => this.head.forward(x, windowLengths(batch)));
  }

  /** The entity matrices (paper B, Fig. 5): [batch, types, n, width]. */
  scores(batch: Batch, context: ForwardContext = inference): tf.Tensor4D {
    return this.scoresOf(this.encode(batch, context), batch);
  }

  /** The loss from the tokens' vectors [batch, n, size]; no scores need be made for it. */
  lossOf(x: tf.Tensor3D, batch: Batch): tf.Scalar {
    const positives = this.positives(batch, this.head.width(batch.length));
    return withPrecision(this.precision, () => this.head.loss(x, windowLengths(batch), positives));
  }

  loss(batch: Batch, context: ForwardContext): tf.Scalar {
    return this.lossOf(this.encode(batch, context), batch);
  }

  /** The scores are made whole, which `loss` need not: two passes of them are compared. */
  rDropLoss(batch: Batch, context: ForwardContext, weight: number): tf.Scalar {
    const rows = batch.examples.length * this.types.length;
    const [first, second] = [this.scores(batch, context), this.scores(batch, context)].map((scores) => scores.reshape<tf.Tensor2D>([rows, -1]));
    const positives = this.positives(batch, this.head.width(batch.length));
    return rDrop([multiLabelLoss(first, positives), multiLabelLoss(second, positives)], bernoulliDivergence(first, second, rows), weight);
  }

  /** Gold spans as indices into the flattened scores. Spans that the head cannot score are no candidates and have none. */
  private positives(batch: Batch, width: number): number[] {
    return batch.examples.flatMap(({ spans }, example) =>
      spans.flatMap(({ start, end, type }) => {
        const column = this.head.column(start, end - 1);
        return column === undefined ? [] : [((example * this.types.length + type) * batch.length + start) * width + column];
      }),
    );
  }

  async predict(batch: Batch): Promise<ScoredEntity[][]> {
    const scores = tf.tidy(() => this.scores(batch));
    try {
      return await this.entitiesOf(scores, batch);
    } finally {
      scores.dispose();
    }
  }

  async entitiesOf(scores: tf.Tensor4D, batch: Batch): Promise<ScoredEntity[][]> {
    const found: ScoredEntity[][] = batch.examples.map(() => []);
    const best = tf.max(scores, 3);
    try {
      const [, types, n, width] = scores.shape;
      // Few rows have a positive score: only those are read back.
      const maxima = await best.data<'float32'>();
      const rows: number[] = [];
      maxima.forEach((score, row) => score > 0 && rows.push(row));
      if (rows.length === 0) return found;
      const picked = tf.tidy(() => tf.gather(scores.reshape([-1, width]), tf.tensor1d(rows, 'int32')));
      const values = await picked.data();
      picked.dispose();
      rows.forEach((row, position) => {
        const first = row % n;
        const type = Math.floor(row / n) % types;
        const index = Math.floor(row / (n * types));
        const { starts, ends } = batch.examples[index];
        for (let column = 0; column < width; column++) {
          const score = values[position * width + column];
          if (!(score > 0)) continue;
          found[index].push({ start: starts[first], end: ends[this.head.last(first, column)], type: this.types[type], score });
        }
      });
      return found;
    } finally {
      best.dispose();
    }
  }

  dispose(): void {
    this.encoding.dispose();
    this.parameters.dispose();
  }
}
