import { compareModels, seedsOf, type ModelRow } from './comparison';
import type { Experiment } from './experiment';

const rows: ModelRow[] = [
  { variant: 'bert', label: 'BERT' },
  { variant: 'roberta-gp', label: 'RoBERTa-GP' },
  { variant: 'rw-gp', label: 'RW-GP' },
  { variant: 'rw-egp', label: 'RW-EGP' },
];

export const bComparison: Experiment = {
  name: 'b-comparison',
  title: 'Paper B, Tables 3 and 4, Fig. 8',
  description:
    'BIO tagging, the global pointer, word vectors beside the characters, and the banded pointer. Paper B: each step raises F1, ' +
    'on nested (CMeEE-V2) and flat (CCKS2020) data.',
  runs: (request) => rows.length * seedsOf(request).length,
  run: (request) => compareModels('Paper B, Tables 3 and 4', rows, request),
};
