import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { comparisonExperiment, type ExperimentOutput, printedRow, reportedScore } from '../../lib/experiments';
import { tiny } from './corpus';

describe("the paper's row beside a model's", () => {
  it('is the one that the comparison names, else the variant\'s own of the same paper', () => {
    assert.deepEqual(printedRow({ variant: 'bert', label: 'x' }, 'da-rw-egp'), { paper: 'da-rw-egp', row: 'BERT' });
    assert.equal(printedRow({ variant: 'bert', label: 'x' }, 'llm-medner'), undefined);
    assert.deepEqual(printedRow({ variant: 'bert', label: 'x', paperRow: 'BERT' }, 'llm-medner'), { paper: 'llm-medner', row: 'BERT' });
    assert.equal(printedRow({ variant: 'bert-gp', label: 'x' }, 'da-rw-egp'), undefined);
  });

  it('has the figures of its paper and data set, and none where it prints none', () => {
    // Paper A, Table 5, and paper B, Table 3.
    assert.equal(reportedScore({ paper: 'llm-medner', row: 'BERT' }, 'cmeee-v2')!.f1, 0.6513);
    assert.equal(reportedScore({ paper: 'da-rw-egp', row: 'BERT' }, 'cmeee-v2')!.f1, 0.7008);
    assert.equal(reportedScore({ paper: 'da-rw-egp', row: 'BERT' }, 'sample')!.dataset, 'CMeEE-V2');
    assert.equal(reportedScore({ paper: 'da-rw-egp', row: 'BERT' }, 'ccks2017'), null);
    assert.equal(reportedScore({ paper: 'da-rw-egp', row: 'CNN-CRF' }, 'cmeee-v2'), null);
    assert.equal(reportedScore(undefined, 'cmeee-v2'), null);
  });
});

describe('a comparison of models', () => {
  const runs = mkdtempSync(path.join(tmpdir(), 'medner-comparison-'));
  const set = [...tiny, 'training.epochs=1', 'corpus.trainDocuments=16', 'corpus.scoredDocuments=4'];
  const request = { corpus: 'sample', profile: 'quick', seeds: [0], set, runs };
  const experiment = comparisonExperiment({
    name: 'some-comparison', title: 'Paper A, Table 5, some rows', heading: 'Paper A, Table 5', description: 'Models of both papers.', paper: 'llm-medner',
    rows: [
      { variant: 'bert', label: 'BERT', paperRow: 'BERT' },
      { variant: 'roberta-bilstm-crf', label: 'BiLSTM', paperRow: 'RoBERTa-BiLSTM-CRF' },
      { variant: 'roberta-gp', label: 'pointer' },
    ],
    notes: ['A note of its own.'],
  });
  let output: ExperimentOutput;

  before(async function () {
    this.timeout(120_000);
    output = await experiment.run(request);
  });
  after(() => rmSync(runs, { recursive: true, force: true }));

  it('is an experiment with a run for each row and seed', () => {
    assert.deepEqual([experiment.name, experiment.title, experiment.description], ['some-comparison', 'Paper A, Table 5, some rows', 'Models of both papers.']);
    assert.equal(experiment.runs(request), 3);
    assert.equal(experiment.runs({ ...request, seeds: [0, 1, 2] }), 9);
    assert.equal(output.records.length, 3);
  });

  it("puts the declared paper's numbers beside its rows", () => {
    const [{ title, columns, rows, footnotes }] = output.tables;
    assert.equal(title, 'Paper A, Table 5: sample, quick');
    const from = columns.findIndex(({ header }) => header === 'paper (CMeEE-V2) P');
    assert.deepEqual(rows.map((row) => [row[0], ...row.slice(from, from + 3)]), [
      ['BERT', '70.52', '60.55', '65.13'],
      ['BiLSTM', '76.43', '74.72', '75.57'],
      ['pointer', '–', '–', '–'],
    ]);
    assert.ok(footnotes.includes('Paper\'s number beside BiLSTM: Table 5, "RoBERTa-BiLSTM-CRF".'));
    assert.ok(footnotes.some((note) => note.startsWith('pointer: the paper prints no number for it')));
    assert.equal(footnotes.at(-1), 'A note of its own.');
  });
});
