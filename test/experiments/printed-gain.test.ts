import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { bEncoders } from '../../lib/experiments/b-encoders';
import { sweepTable } from '../../lib/experiments/b-k-mask';
import type { RunRecord } from '../../lib/experiments/record';
import { gainText, judgeGain } from '../../lib/experiments/printed-gain';
import { spread, welchTest } from '../../lib/experiments/statistics';
import type { Table } from '../../lib/experiments/table';
import { smallCorpus, tiny } from './corpus';

describe('a gain that a paper prints as a difference', () => {
  const judged = (row: number[], base: number[], printed: number | null) => judgeGain({ row: { label: 'a', f1: spread(row) }, base: { label: 'b', f1: spread(base) }, printed });

  it('is judged by its direction and by the test over seeds', () => {
    // Equal deviations of 0.01 and two seeds: t = 0.1 / 0.01 = 10 with 2 degrees of freedom, p = 1 − t / √(2 + t²).
    const above = judged([0.79, 0.81], [0.69, 0.71], 0.0016);
    const t = 0.1 / Math.sqrt(2e-4 / 2 + 2e-4 / 2);
    assert.ok(Math.abs(above.p! - (1 - t / Math.sqrt(2 + t * t))) < 1e-12);
    assert.equal(gainText(above), 'a above b: the paper +0.16; here +10.00, p = 0.019: agrees: same direction.');
    assert.equal(gainText(judged([0.69, 0.71], [0.79, 0.81], 0.0016)), 'a above b: the paper +0.16; here −10.00, p = 0.019: disagrees: opposite direction.');
    assert.equal(gainText(judged([0.79, 0.81], [0.789, 0.809], 0.0016)), 'a above b: the paper +0.16; here +0.10, p = 0.950: no clear difference.');
  });

  it('is no more than a direction with one seed, and its own size where the paper prints none', () => {
    assert.equal(gainText(judged([0.8], [0.7], 0.0023)), 'a above b: the paper +0.23; here +10.00: same direction (one seed).');
    assert.equal(gainText(judged([0.8], [0.7], null)), 'a above b: +10.00 (one seed).');
    assert.equal(gainText(judged([0.79, 0.81], [0.69, 0.71], null)), 'a above b: +10.00, p = 0.019: above b.');
  });
});

describe('the table of Fig. 9', () => {
  const f1s = [[0.1, 0.2], [0.5, 0.6], [0.7, 0.72], [0.84, 0.86], [0.8, 0.81], [0.8, 0.82], [0.79, 0.81], [0.8, 0.8], [0.69, 0.71]];
  const parts = { scored: { documents: 4, source: 'test' } };
  const records = f1s.map((values) => values.map((f1) => ({ scores: { scored: { micro: { precision: f1, recall: f1, f1 } } }, data: { parts, notes: [] } }) as unknown as RunRecord));
  const of = (corpus: string, runs = records): Table => sweepTable(runs, f1s.map(() => ({ ceiling: 1, cells: 1 })), { corpus, profile: 'quick', seeds: null, set: [] });
  const column = ({ columns, rows }: Table, header: string): string[] => rows.map((row) => row[columns.findIndex((one) => one.header === header)]);

  it('tests each band against no mask, and names the best with its p', () => {
    const table = of('own.jsonl');
    const p = f1s.slice(0, -1).map((values) => welchTest(values, f1s[8])!.p.toFixed(3));
    assert.deepEqual(column(table, 'p'), [...p, '–']);
    assert.deepEqual(column(table, 'Δ no mask').slice(-3), ['+10.00', '+10.00', '–']);
    assert.ok(table.footnotes.some((note) => note.startsWith('Best by mean F1 here, chosen among 8') && note.endsWith(`k = 17 above no mask: +15.00, p = ${p[3]}: above no mask.`)), table.footnotes.join('\n'));
    assert.ok(!table.footnotes.some((note) => note.startsWith("The paper's best on")));
  });

  it("judges the width that the paper calls best on the corpus's data set", () => {
    const claimed = (table: Table): string => table.footnotes.find((note) => note.startsWith("The paper's best on"))!;
    assert.equal(claimed(of('sample')), "The paper's best on CMeEE-V2, k = 43 above no mask: the paper +0.16; here +10.00, p = 0.019: agrees: same direction.");
    assert.match(claimed(of('ccks2020')), /^The paper's best on CCKS2020, k = 39 above no mask: the paper \+0\.23; here \+11\.00, p = 0\.\d{3}: agrees: same direction\.$/);
    assert.match(claimed(of('sample', records.map(([first]) => [first]))), /k = 43 above no mask: the paper \+0\.16; here \+10\.00: same direction \(one seed\)\.$/);
  });
});

describe('the footnote of Fig. 7', function () {
  this.timeout(300_000);
  let folder: string;
  let request: { corpus: string; profile: string; seeds: number[]; set: string[]; runs: string };
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-gains-'));
    const corpus = await smallCorpus(path.join(folder, 'tiny'), { train: 16, dev: 6, test: 12 });
    request = { corpus, profile: 'quick', seeds: [0, 1], set: [...tiny, 'training.epochs=1'], runs: path.join(folder, 'runs') };
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  it('tests both of its differences', async () => {
    const { tables: [{ footnotes }] } = await bEncoders.run(request);
    assert.match(footnotes.at(-1)!, /^RW above RoBERTa: .+\. RW above BERT: .+\.$/);
    assert.ok(!footnotes.at(-1)!.includes('the paper'));
  });
});
