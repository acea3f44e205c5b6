import * as tf from '@tensorflow/tfjs';
import { linear } from '../backend/operations';
import { biaffine, type BiaffineConfig } from './biaffine';
import { crfTags } from './crf-tagger';
import { dropout } from './dropout';
import { type ParameterScope, truncatedNormal } from './parameters';
import { innerTokens, softmaxTags, type TagHead } from './softmax-tagger';
import type { AllowedLabels } from './viterbi';

export interface CoPredictorConfig {
  /** Width of h, which stands first in the input; D follows, and may be of width 0. */
  hidden: number;
  /** null: S = D W_d alone (paper A, "w/o Biaffine"). */
  biaffine: BiaffineConfig | null;
  /** Of h and of D. */
  dropout: number;
  /** The scores are a CRF's emissions ("with CRF"), which never decodes what is not allowed. Without it, a softmax a token. */
  crf?: AllowedLabels;
}

/**
 * The co-predictor layer of paper A (Eq. 18-21): S = S' + D W_d, where S' are the relation scores of biaffine.ts over h and D the convolved
 * vectors, and the token cross-entropy of softmax-tagger.ts over BIO tags, the mean over tokens where Eq. 21 prints the sum. Partners in S'
 * are the tokens between [CLS] and [SEP].
 *
 * x [batch, n, hidden + the width of D], h before D → scores [batch, n, labels].
 * Parameters: `biaffine.*` as biaffine.ts, `convolved.weight` [labels, width of D] (W_d), with a CRF `crf.*` as crf.ts. No biases, as printed.
 */
export function coPredictor(scope: ParameterScope, inputs: number, labels: number, { hidden, biaffine: pairs, dropout: rate, crf }: CoPredictorConfig): TagHead {
  const width = inputs - hidden;
  if (!pairs && width === 0) throw new Error('the co-predictor has neither relation scores nor convolved vectors to score by');
  const relations = pairs && biaffine(scope.scope('biaffine'), hidden, labels, pairs);
  const convolved = width > 0 ? scope.weight('convolved.weight', [labels, width], truncatedNormal()) : undefined;
  const drop = dropout(rate);
  return {
    forward: (x, lengths, context) =>
      tf.tidy(() => {
        const [batch, n] = x.shape;
        const dropped = drop.forward(x, context);
        const scores: tf.Tensor3D[] = [];
        if (relations) scores.push(relations.forward(dropped.slice([0, 0, 0], [batch, n, hidden]), innerTokens(lengths, n)));
        if (convolved) scores.push(linear(dropped.slice([0, 0, hidden], [batch, n, width]), convolved) as tf.Tensor3D);
        return scores.length === 1 ? scores[0] : tf.add(scores[0], scores[1]);
      }),
    ...(crf ? crfTags(scope, labels, crf) : softmaxTags),
  };
}
