import { dropout } from './dropout';
import { lstm } from './lstm';
import type { ParameterScope } from './parameters';
import { softmaxTagger, type TagHead } from './softmax-tagger';

export interface BilstmTaggerConfig {
  /** Width of each direction's state. */
  hidden: number;
  /** Before the LSTM and again on what it says. */
  dropout: number;
}

/**
 * A bidirectional LSTM between the encoder and a softmax a token (the RoBERTa-BiLSTM row of paper A's Table 5): softmax-tagger.ts over
 * [h→_i; h←_i] = BiLSTM(dropout(x))_i. bilstm-crf-tagger.ts without its transitions.
 *
 * x [batch, n, inputs] → scores [batch, n, labels].
 * Parameters: `lstm.*` as lstm.ts, `classifier.weight` [labels, 2 · hidden], `classifier.bias` [labels].
 */
export function bilstmTagger(scope: ParameterScope, inputs: number, labels: number, { hidden, dropout: rate }: BilstmTaggerConfig): TagHead {
  const drop = dropout(rate);
  const recurrent = lstm(scope.scope('lstm'), inputs, hidden);
  const tagger = softmaxTagger(scope.scope('classifier'), 2 * hidden, labels, rate);
  return {
    ...tagger,
    forward: (x, lengths, context) => tagger.forward(recurrent.forward(drop.forward(x, context), lengths), lengths, context),
  };
}
