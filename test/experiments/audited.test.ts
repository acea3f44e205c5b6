import assert from 'node:assert/strict';
import { reportedScore, toCsv, toLatex, type ReportedScore } from '../../lib/experiments';
import { auditNotes } from '../../lib/experiments/audited';
import { printedScore } from '../../lib/experiments/paper';
import { paperCells } from '../../lib/experiments/score-cells';

describe("a printed F1 that its row's P and R cannot give", () => {
  const of = (variant: string, corpus: string, paper: 'llm-medner' | 'da-rw-egp'): ReportedScore => reportedScore(variant, corpus, paper)!;

  it('is marked for that table, data set and row, and for no other', () => {
    // Paper A, Table 5, CMeEE-V2: P 70.52, R 60.55, F1 65.13; paper B's BERT and paper A's on CCKS2019 are as their P and R have them.
    assert.deepEqual(paperCells(of('bert', 'sample', 'llm-medner')), ['70.52', '60.55', '65.13†']);
    assert.deepEqual(paperCells(of('bert', 'cmeee-v2', 'da-rw-egp')), ['69.65', '70.51', '70.08']);
    assert.deepEqual(paperCells(of('bert', 'ccks2019', 'llm-medner')), ['86.59', '84.96', '85.77']);
    // Table 4 of paper B, of its two data sets.
    assert.deepEqual(['ccks2020', 'cmeee-v2'].map((corpus) => paperCells(of('da-rw-egp', corpus, 'da-rw-egp'))[2]), ['92.77†', '75.87']);
    assert.deepEqual(paperCells(of('rw-egp', 'cmeee-v2', 'da-rw-egp')), ['–', '–', '75.21'], 'an F1 alone');
    assert.deepEqual(paperCells(null), ['–', '–', '–']);
  });

  it('has in one footnote what the roundings of P and R allow, rows that share a number once', () => {
    const f1 = (p: number, r: number): string => ((200 * p * r) / (p + r)).toFixed(3);
    const bert = of('bert', 'sample', 'llm-medner');
    const crf = printedScore({ paper: 'llm-medner', table: 'Table 5', row: 'BERT-CRF' }, 'sample')!;
    const range = (p: number, r: number): string => `${f1(p - 5e-5, r - 5e-5)} to ${f1(p + 5e-5, r + 5e-5)}`;
    assert.deepEqual(auditNotes([{ label: 'one', paper: bert }, { label: 'again', paper: bert }, { label: 'two', paper: crf }, { label: 'none', paper: null }]), [
      `† The printed P and R, whatever was rounded, cannot give this F1 (\`paper-audit\`). They give: one ${range(0.7052, 0.6055)}; two ${range(crf.precision!, crf.recall!)}.`,
    ]);
    assert.deepEqual(auditNotes([{ label: 'fine', paper: of('bert', 'cmeee-v2', 'da-rw-egp') }]), []);
  });

  it('is a mark in LaTeX, and a number alone for programs', () => {
    const table = { title: 'T', columns: [{ header: 'F1' }], rows: [['65.13†'], ['†']], footnotes: ['† Why.'] };
    assert.equal(toCsv(table), 'F1\n65.13\n\n');
    assert.match(toLatex(table), /65\.13\\dag\{\} [^]*1\. \\dag\{\} Why\./);
  });
});
