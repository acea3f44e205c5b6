import { type CrfTaggerConfig, crfTagger } from './crf-tagger';
import { dropout } from './dropout';
import { lstm } from './lstm';
import type { ParameterScope } from './parameters';
import type { TagHead } from './softmax-tagger';

export interface BilstmCrfTaggerConfig extends CrfTaggerConfig {
  /** Width of each direction's state. */
  hidden: number;
}

/**
 * A bidirectional LSTM between the encoder and the CRF (the RoBERTa-BiLSTM-CRF row of paper B's Tables 3 and 4; Huang et
 * al. 2015; paper B's [8]): crf-tagger.ts over [h→_i; h←_i] = BiLSTM(dropout(x))_i. The LSTM reads [CLS] and [SEP] too;
 * the CRF does not. Dropout acts before the LSTM and again on what it says.
 *
 * x [batch, n, inputs] → scores [batch, n, labels].
 * Parameters: `lstm.*` as lstm.ts, `emission.weight` [labels, 2 · hidden], the rest as crf-tagger.ts.
 */
export function bilstmCrfTagger(scope: ParameterScope, inputs: number, labels: number, { hidden, ...config }: BilstmCrfTaggerConfig): TagHead {
  const drop = dropout(config.dropout);
  const recurrent = lstm(scope.scope('lstm'), inputs, hidden);
  const tagger = crfTagger(scope, 2 * hidden, labels, config);
  return {
    ...tagger,
    forward: (x, lengths, context) => tagger.forward(recurrent.forward(drop.forward(x, context), lengths), lengths, context),
  };
}
