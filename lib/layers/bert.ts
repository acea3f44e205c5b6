import * as tf from '@tensorflow/tfjs';
import { bertEmbeddings } from './bert-embeddings';
import { feedForward } from './feed-forward';
import type { ForwardContext, ParameterScope } from './parameters';
import { selfAttention } from './self-attention';

export interface BertConfig {
  vocabulary: number;
  layers: number;
  hidden: number;
  heads: number;
  feedForward: number;
  maxPositions: number;
  typeVocabulary: number;
  dropout: number;
  attentionDropout: number;
  layerNormEpsilon: number;
  /** `absolute`: learned position vectors, as published. `rope`: rotary queries and keys in every layer instead. */
  positions: 'absolute' | 'rope';
}

export interface Bert {
  /** ids int32 [batch, n], mask float32 [batch, n] → token vectors [batch, n, hidden]. */
  forward(ids: tf.Tensor2D, mask: tf.Tensor2D, context: ForwardContext): tf.Tensor3D;
}

/**
 * The Transformer encoder of BERT, Chinese RoBERTa-wwm and MacBERT, which differ in training, not in structure
 * (paper B, Eq. 1: c_i = RoBERTa(x)_i; Devlin et al. 2019).
 *
 * Parameters: `embeddings.*` and, for each layer l, `encoder.layer.l.attention.*`, `encoder.layer.l.intermediate.*`,
 * `encoder.layer.l.output.*`: the names, shapes and layouts of HuggingFace's BertModel. The pooler is left out: no
 * model here reads the sentence vector.
 */
export function bert(scope: ParameterScope, config: BertConfig): Bert {
  if (config.hidden % config.heads !== 0) {
    throw new Error(`hidden size ${config.hidden} is not a multiple of ${config.heads} heads`);
  }
  const embeddings = bertEmbeddings(scope.scope('embeddings'), config);
  const layers = Array.from({ length: config.layers }, (_, index) => {
    const layer = scope.scope(`encoder.layer.${index}`);
    return { attention: selfAttention(layer.scope('attention'), config), feedForward: feedForward(layer, config) };
  });
  return {
    forward(ids, mask, context) {
      let x = embeddings.forward(ids, context); // [batch, n, hidden]
      for (const layer of layers) {
        const mixed = layer.attention.forward(x, mask, context);
        const next = layer.feedForward.forward(mixed, context);
        // Gradients hold on to what they need. Anything else that stayed would lie between the blocks the next layers could reuse.
        tf.dispose([x, mixed]);
        x = next;
      }
      return x;
    },
  };
}
