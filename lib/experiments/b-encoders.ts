import { compareModels, seedsOf, type ModelRow } from './comparison';
import type { Experiment } from './experiment';

const rows: ModelRow[] = [
  { variant: 'bert-egp', label: 'BERT' },
  { variant: 'roberta-egp', label: 'RoBERTa' },
  { variant: 'rw-egp', label: 'RW' },
];

export const bEncoders: Experiment = {
  name: 'b-encoders',
  title: 'Paper B, Fig. 7',
  description: 'What stands below the banded pointer: BERT, RoBERTa, or RoBERTa with Word2Vec vectors (RW). Paper B: RW is best on both corpora, RoBERTa second.',
  runs: (request) => rows.length * seedsOf(request).length,
  run: (request) =>
    compareModels('Paper B, Fig. 7', rows, request, [
      'The paper prints only differences for this figure: RW − RoBERTa 0.33 (CMeEE-V2) and 0.37 (CCKS2020), RW − BERT 0.91 and 0.52.',
    ]),
};
