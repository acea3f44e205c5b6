import { mkdirSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { lengthCounts, lengthExamples, type Corpus, type Document } from '../../lib/corpus';
import { examples } from '../figures/examples';

export const hostile = '<img src=x onerror=alert(1)>';

export const record = (key: string, seed: number) => ({
  key, command: `npx medner train rw-egp --data sample --seed ${seed}`,
  config: { variant: 'rw-egp', seed, precision: 'float32', model: { encoder: { weights: 'data/models/medner-mini' } }, training: { epochs: 2, note: hostile } },
  commit: { hash: 'c0ffee'.repeat(7).slice(0, 40), dirty: seed > 0 },
  backend: { name: 'torch', device: 'cpu', threads: 2, versions: { torch: '2.13' } }, hardware: { cpu: hostile, cores: 2, memory: 2 ** 33 }, node: 'v20', parameters: 1000,
  seconds: { training: 12 * (seed + 1) }, peakMemory: 2 ** 30, scores: { scored: { micro: { precision: 0.7, recall: 0.6, f1: 0.6462 } } },
  ...(seed === 0 && {
    predictions: 'ab'.repeat(32),
    data: { corpus: 'sample', notes: [], parts: { scored: { source: 'test', documents: 240, entities: 1413, ids: '1d'.repeat(32), content: '2e'.repeat(32) } } },
  }),
});

/** Of rows as an audit stores them. */
const check = (row: string, verdict: string, more: object = {}) =>
  ({ paper: 'da-rw-egp', table: 'Table 3', row, dataset: 'CMeEE-V2', check: 'F1', printed: 0.6996, recomputed: [0.69995, 0.70005], interval: [0.69955, 0.69965], unit: 'fraction', verdict, ...more });

const document = (id: string, text: string, entities: Document['entities']): Document => ({ id, text, entities });

export const corpus: Corpus = {
  id: 'sample', types: ['dis', 'bod'], scheme: 'official', files: [], notes: [],
  splits: {
    train: [
      document('1', `${hostile}急性上呼吸道感染`, [{ start: 28, end: 36, type: 'dis' }, { start: 31, end: 34, type: 'bod' }]),
      document('2', '胃炎', [{ start: 0, end: 2, type: 'dis' }]),
    ],
  },
};

/** Results as experiments write them, with text that would break a careless page. */
export function writeResults(folder: string): { results: string; figures: string } {
  const results = path.join(folder, 'results');
  const figures = path.join(folder, 'figures');
  const write = (root: string, name: string, content: unknown) => {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  };
  write(results, 'b-comparison/sample-quick.json', {
    experiment: 'b-comparison', corpus: 'sample', profile: 'quick', seeds: [0, 1],
    tables: [
      {
        title: 'F1', columns: [{ header: 'model' }, ...['F1', 'p', 'paper (CMeEE-V2) P', 'F1'].map((header) => ({ header, align: 'right' })), { header: 'verdict' }],
        rows: [
          ['BERT', '9.50 ± 0.10', '–', '66.00', '–', 'baseline'],
          ['RW-EGP', '71.20 ± 0.31', '1.2e-5', '69.00', '68.00', 'agrees: same direction'],
          [hostile, '70.00', '0.003', '65.00', '1,067.00', 'disagrees: opposite direction'],
        ],
        footnotes: [hostile],
      },
      { title: 'F1 by part', columns: [{ header: 'model' }, { header: 'long', align: 'right' }], rows: [['RW-EGP', '60.00']], footnotes: [] },
    ],
    rows: [{ label: 'RW-EGP', runs: [{ key: 'abc123' }, { key: 'def456' }] }],
  });
  write(results, 'b-comparison/sample-quick.records.jsonl', [record('abc123', 0), record('def456', 1), record('abc123', 0)].map((line) => `${JSON.stringify(line)}\n`).join(''));
  write(figures, 'b-comparison/sample-quick.json', examples.modelComparison());
  write(figures, 'b-comparison/sample-quick.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>画</text></svg>');
  write(results, 'b-k-mask/sample-quick.json', {
    experiment: 'b-k-mask', corpus: 'sample', profile: 'quick', tables: [{ title: 'by k', columns: [{ header: 'band' }], rows: [['k = 2'], ['k = 5']], footnotes: [] }],
    rows: [{ k: 2, runs: [{ key: 'abc123' }] }, { k: 5, runs: [{ key: 'def456' }] }],
  });
  write(results, 'length-statistics/中文 语料-quick.json', {
    experiment: 'length-statistics', corpus: '中文 语料', profile: 'quick', tables: [{ title: '长度', columns: [{ header: 'type' }], rows: [['疾病']], footnotes: [] }],
  });
  write(results, 'paper-audit/paper-audit.json', {
    experiment: 'paper-audit', tables: [{ title: 'An audit', columns: [{ header: 'check' }], rows: [['F1']], footnotes: ['about the audit'] }],
    rows: [
      check('BERT', 'consistent'), check('RoBERTa', 'inconsistent', { explanation: hostile }), check('DA-RW-EGP', 'inconsistent', { check: 'order', statement: 'best' }),
      check('seven', 'consistent', { unit: 'number', printed: 7, recomputed: [7, 7], interval: [7, 7], paper: 'llm-medner' }),
    ],
  });
  write(results, 'bench/crf-cpu.json', {
    bench: 'crf', machine: { cpu: 'a processor', cores: 2, threads: 2, backend: 'torch', node: '20' },
    rows: [{ case: '16×128', metric: 'ms a step', ours: 1234.5, peer: 5000, ratio: 4.05, spread: 0.021, load: 1 }, { case: 'alone', metric: 'ms a step', ours: 0.123456, peer: null, ratio: null, spread: 0, load: 1 }],
  });
  write(results, 'length-counts/sample.json', { ...lengthCounts(corpus), examples: lengthExamples(corpus) });
  write(results, 'length-counts/another.json', { ...lengthCounts(corpus), corpus: 'another' });
  write(results, 'length-counts/another-0a1b2c3d.json', { ...lengthCounts(corpus), corpus: 'another', documents: 7 });
  write(results, 'other/notes.json', '{"not": "a result"}');
  return { results, figures };
}
