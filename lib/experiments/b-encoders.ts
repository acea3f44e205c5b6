import { comparisonExperiment } from './comparison-experiment';

export const bEncoders = comparisonExperiment({
  name: 'b-encoders',
  title: 'Paper B, Fig. 7',
  description: 'What stands below the banded pointer: BERT, RoBERTa, or RoBERTa with Word2Vec vectors (RW). Paper B: RW is best on both corpora, RoBERTa second.',
  paper: 'da-rw-egp',
  rows: [
    { variant: 'bert-egp', label: 'BERT' },
    { variant: 'roberta-egp', label: 'RoBERTa' },
    { variant: 'rw-egp', label: 'RW' },
  ],
  notes: ['The paper prints only differences for this figure: RW − RoBERTa 0.33 (CMeEE-V2) and 0.37 (CCKS2020), RW − BERT 0.91 and 0.52.'],
});
