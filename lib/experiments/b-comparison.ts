import { comparisonExperiment } from './comparison-experiment';

export const bComparison = comparisonExperiment({
  name: 'b-comparison',
  title: 'Paper B, Tables 3 and 4, Fig. 8',
  heading: 'Paper B, Tables 3 and 4',
  description:
    'BIO tagging, alone and with CRF and BiLSTM, the global pointer, alone and with SoftLexicon, and the banded pointer with word vectors. Paper B: each step raises F1 ' +
    'on nested data (CMeEE-V2), and all but the BiLSTM on flat (CCKS2020).',
  paper: 'da-rw-egp',
  best: 'DA-RW-EGP',
  rows: [
    { variant: 'bert', label: 'BERT' },
    { variant: 'roberta', label: 'RoBERTa' },
    { variant: 'bert-crf', label: 'BERT-CRF' },
    { variant: 'roberta-bilstm-crf', label: 'RoBERTa-BiLSTM-CRF' },
    { variant: 'roberta-gp', label: 'RoBERTa-GP' },
    { variant: 'roberta-gp-softlexicon', label: 'RoBERTa-GP-SoftLexicon' },
    { variant: 'da-rw-egp', label: 'DA-RW-EGP' },
  ],
});
