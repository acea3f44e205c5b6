import * as tf from '@tensorflow/tfjs';
import { crf } from './crf';
import type { ParameterScope } from './parameters';
import type { TagHead, TaggedTokens } from './softmax-tagger';
import { tokenClassifier } from './token-classifier';
import type { AllowedLabels } from './viterbi';

export interface CrfTaggerConfig {
  /** Of the input. */
  dropout: number;
  /** Which tags may begin and end a text and follow each other: what is not allowed is never decoded. */
  allowed: AllowedLabels;
}

/**
 * Tags a window's tokens together (Lample et al. 2016, section 2.2; the CRF rows of paper B's Tables 3 and 4): the scores
 * W dropout(h_i) + b are the emissions of a linear-chain CRF (crf.ts) over the tokens between [CLS] and [SEP]. The loss is
 * −log p(tags) of a window, the mean over the batch; decoded is the most probable allowed sequence. A tag's
 * log-probability is that of its marginal p(y_t = tag) in the whole chain, forbidden sequences included, as in training.
 *
 * Parameters: `emission.weight` [labels, inputs], `emission.bias` [labels]; `crf.transitions` [labels, labels],
 * `crf.start`, `crf.end` [labels].
 */
export function crfTagger(scope: ParameterScope, inputs: number, labels: number, { dropout, allowed }: CrfTaggerConfig): TagHead {
  const emission = tokenClassifier(scope.scope('emission'), inputs, labels, dropout);
  return { forward: (x, _lengths, context) => emission.forward(x, context), ...crfTags(scope, labels, allowed) };
}

/** Loss and decoding of such emissions, wherever they come from. Parameters: `crf.*` as above. */
export function crfTags(scope: ParameterScope, labels: number, allowed: AllowedLabels): Pick<TagHead, 'loss' | 'decode'> {
  const chain = crf(scope.scope('crf'), labels);
  return {
    loss: (scores, tags, lengths) =>
      tf.tidy(() => {
        const [batch, n] = tags.shape;
        return chain.loss(innerScores(scores), tags.slice([0, 1], [batch, n - 2]), innerLengths(lengths));
      }),

    async decode(scores, lengths): Promise<TaggedTokens[]> {
      const inner = innerLengths(lengths);
      const [emissions, marginals] = tf.tidy((): [tf.Tensor3D, tf.Tensor3D] => {
        const given = innerScores(scores);
        return [given, chain.marginals(given, inner)];
      });
      try {
        const [paths, probabilities] = await Promise.all([chain.decode(emissions, inner, allowed), marginals.data<'float32'>()]);
        const n = emissions.shape[1];
        return paths.map((tags, row) => ({
          tags,
          logProbabilities: tags.map((tag, t) => Math.log(Math.max(probabilities[(row * n + t) * labels + tag], leastProbability))),
        }));
      } finally {
        tf.dispose([emissions, marginals]);
      }
    },
  };
}

/** A marginal that rounds to 0 in float32 is taken as this: its logarithm stays finite. */
const leastProbability = 2 ** -126;

/** Scores between the first and the last place: [batch, n − 2, labels]. A shorter window's [SEP] is cut off by its length. */
function innerScores(scores: tf.Tensor3D): tf.Tensor3D {
  const [batch, n, labels] = scores.shape;
  return scores.slice([0, 1, 0], [batch, n - 2, labels]);
}

const innerLengths = (lengths: readonly number[]): number[] => lengths.map((length) => length - 2);
