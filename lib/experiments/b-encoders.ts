import reported from '../../data/papers/reported.json';
import type { MeasuredRow } from './comparison';
import { comparisonExperiment } from './comparison-experiment';
import { paperDataset } from './paper';
import { gainText, judgeGain } from './printed-gain';

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
  notes: (rows, { corpus }) => [
    'The paper prints only differences for this figure: RW − RoBERTa 0.33 (CMeEE-V2) and 0.37 (CCKS2020), RW − BERT 0.91 and 0.52.',
    claims(rows, corpus),
  ],
});

/** The figure's differences on the data set that belongs to the corpus, tested. */
function claims([bert, roberta, rw]: readonly MeasuredRow[], corpus: string): string {
  const { rw_minus_roberta: overRoberta, rw_minus_bert: overBert }: Record<'rw_minus_roberta' | 'rw_minus_bert', Record<string, number>> = reported.other['da-rw-egp/Figure 7'];
  const dataset = paperDataset(corpus) ?? '';
  const judged = [[roberta, overRoberta], [bert, overBert]] as const;
  return judged.map(([base, printed]) => gainText(judgeGain({ row: rw, base, printed: printed[dataset] ?? null }))).join(' ');
}
