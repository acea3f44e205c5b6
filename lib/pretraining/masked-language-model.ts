import * as tf from '@tensorflow/tfjs';
import { type Precision, withPrecision } from '../backend';
import { embedding, gelu, linear as affine, softmaxCrossEntropy } from '../backend/operations';
import { bert, type BertConfig, type ForwardContext, inference, layerNorm, linear, Parameters, type StoredTensor } from '../layers';
import type { MaskedBatch } from './masking';

/** What guessing the hidden tokens gave. */
export interface Guesses {
  /** Mean −log p(token). */
  loss: number;
  /** Tokens whose likeliest guess is right. */
  correct: number;
  hidden: number;
}

/** The head's parameters, by HuggingFace's names. */
export const headNames = ['transform.dense.weight', 'transform.dense.bias', 'transform.LayerNorm.weight', 'transform.LayerNorm.bias', 'bias']
  .map((name) => `cls.predictions.${name}`);

/**
 * An encoder with the head that guesses hidden tokens (Devlin et al. 2019, section 3.1, without the next-sentence task):
 * logits_i = E · LayerNorm(gelu(W h_i + b)) + c at the hidden positions alone, E the token embedding table (tied).
 *
 * Parameters: the encoder's as `bert.*`; `cls.predictions.transform.dense.weight` [hidden, hidden] and `.bias`,
 * `cls.predictions.transform.LayerNorm.weight|bias` [hidden], and `cls.predictions.bias` [vocabulary], by HuggingFace's names.
 */
export class MaskedLanguageModel {
  readonly parameters: Parameters;
  private readonly precision: Precision;
  private readonly encoder;
  private readonly transform;
  private readonly norm;
  private readonly bias: tf.Variable;
  private readonly table: tf.Variable;

  constructor(
    readonly config: BertConfig,
    { seed, initial, precision = 'float32' }: { seed: number; initial?: ReadonlyMap<string, StoredTensor>; precision?: Precision },
  ) {
    this.parameters = new Parameters(seed, initial);
    this.precision = precision;
    this.encoder = bert(this.parameters.scope('bert', 'encoder'), config);
    const head = this.parameters.scope('cls.predictions');
    this.transform = linear(head.scope('transform.dense'), config.hidden, config.hidden);
    this.norm = layerNorm(head.scope('transform.LayerNorm'), config.hidden, config.layerNormEpsilon);
    this.bias = head.bias('bias', [config.vocabulary]);
    this.table = this.parameters.get('bert.embeddings.word_embeddings.weight');
  }

  /** Logits [hidden tokens, vocabulary] of the hidden positions; `mask` [count · length] is 0 at padding. */
  logits({ inputs, positions }: MaskedBatch, mask: Float32Array, length: number, context: ForwardContext = inference): tf.Tensor2D {
    return withPrecision(this.precision, () => {
      const shape: [number, number] = [inputs.length / length, length];
      const x = this.encoder.forward(tf.tensor2d(inputs, shape, 'int32'), tf.tensor2d(mask, shape), context); // [count, n, hidden]
      const rows = embedding(x.reshape([inputs.length, this.config.hidden]), tf.tensor1d(positions, 'int32')); // [m, hidden]
      const transformed = this.norm.forward(gelu(this.transform.forward(rows)));
      return affine(transformed, this.table, this.bias) as tf.Tensor2D;
    });
  }

  /** Mean −log p of the hidden tokens; differentiable. */
  loss(batch: MaskedBatch, mask: Float32Array, length: number, context: ForwardContext): tf.Scalar {
    return softmaxCrossEntropy(this.logits(batch, mask, length, context), tf.tensor1d(batch.labels, 'int32'));
  }

  /** Guesses without training. */
  async evaluate(batch: MaskedBatch, mask: Float32Array, length: number): Promise<Guesses> {
    const [loss, correct] = tf.tidy((): [tf.Scalar, tf.Scalar] => {
      const logits = this.logits(batch, mask, length);
      const labels = tf.tensor1d(batch.labels, 'int32');
      return [softmaxCrossEntropy(logits, labels), logits.argMax(1).equal(labels).sum().asScalar()];
    });
    try {
      const [[mean], [right]] = await Promise.all([loss.data(), correct.data()]);
      return { loss: mean, correct: right, hidden: batch.labels.length };
    } finally {
      tf.dispose([loss, correct]);
    }
  }

  dispose(): void {
    this.parameters.dispose();
  }
}
