import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inProject } from '../../lib/common';
import { confusionHtml, heatHtml } from '../../lib/figures/report/breakdown';
import type { ReportRecord } from '../../lib/figures/report/record';
import type { CompactRecord } from '../../lib/experiments';
import { hostile, record } from './results';

/** The cells' texts of a table, by row. */
const rowsOf = (html: string): Record<string, string[]> => Object.fromEntries([...html.matchAll(/<tr><th scope="row">(.*?)<\/th>(.*?)<\/tr>/g)].map(([, name, cells]) =>
  [name, [...cells.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text.replace(/<[^>]+>/g, ''))]));

const plain = record('a', 0) as ReportRecord;

describe('breakdown in the report', () => {
  it('has the F1 that the record has by type, by length class, nested and flat, and in all, with the gold entities beside', () => {
    const lines = readFileSync(inProject('results/b-comparison/sample-quick.records.jsonl'), 'utf8').split('\n').filter(Boolean);
    for (const line of lines) {
      const committed = JSON.parse(line) as CompactRecord;
      const { scored } = committed.scores;
      const rows = rowsOf(heatHtml([committed as unknown as ReportRecord], 'title'));
      const told = ({ f1, tp, fp, fn }: typeof scored.micro): string => (tp + fp + fn === 0 ? '–' : `${(100 * f1).toFixed(1)} ${(tp + fn).toLocaleString('en')}`);
      const { short, medium, long } = scored.lengths;
      assert.deepEqual(rows.all, [short, medium, long, scored.flat, scored.nested, scored.micro].map(told));
      const types = Object.entries(scored.types);
      assert.equal(Object.keys(rows).length, types.length + 1);
      for (const [type, own] of types) assert.equal(rows[Object.keys(rows).find((name) => name.split(' ')[0] === type)!].at(-1), told(own), type);
    }
  });

  it('takes the entities of several runs as one set; a type may hold a slash and is escaped', () => {
    const of = (tp: number, fp: number): ReportRecord => ({ ...plain, breakdown: { cells: { [`${hostile}/x/short/flat`]: { tp, fp, fn: 2 } } } });
    const html = heatHtml([of(2, 0), of(6, 4), plain], 'title');
    assert.ok(!html.includes(hostile));
    // 2 · 8 / (2 · 8 + 4 + 4); 4 and 8 gold entities, 6 a run.
    assert.deepEqual(Object.values(rowsOf(html))[0], ['66.7 6', '–', '–', '66.7 6', '–', '66.7 6']);
    assert.match(html, /--share:67%/);
    assert.equal(heatHtml([plain], 'title'), '');
  });

  it('tells what is taken for what, the commonest darkest, and where the record tells nothing, nothing', () => {
    const html = confusionHtml({ ...plain, errors: { confusions: { sym: { dis: 8 }, dis: { sym: 2, [hostile]: 1 } } } });
    const rows = rowsOf(html);
    assert.deepEqual(rows['dis 疾病'], ['1', '–', '2']);
    assert.deepEqual(rows['sym 临床表现'], ['', '8', '–']);
    assert.ok(html.includes('11 times') && html.includes('--share:100%">8<') && html.includes('--share:25%">2<') && !html.includes(hostile));
    assert.match(confusionHtml({ ...plain, errors: { confusions: {} } }), /No entity/);
    assert.equal(confusionHtml(plain), '');
  });
});
