import { comparisonExperiment } from './comparison-experiment';

export const bGeneralisation = comparisonExperiment({
  name: 'b-generalisation',
  title: 'Paper B, section 5.1',
  description: 'The full model on further corpora: `--corpus ccks2017` and `--corpus ccks2019`. Paper B prints F1 95.88 and 86.35, without baselines of its own; two stand beside here.',
  paper: 'da-rw-egp',
  rows: [
    { variant: 'bert', label: 'BERT' },
    { variant: 'roberta-gp', label: 'RoBERTa-GP' },
    { variant: 'da-rw-egp', label: 'DA-RW-EGP' },
  ],
});
