import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { InputError } from '../../lib/common';
import { comparisonExperiment, type ExperimentOutput, reportedScore, rowConfigs } from '../../lib/experiments';
import { tiny } from './corpus';

describe("the paper's number beside a model's", () => {
  it('is that of its row, data set and paper, and none where it prints none', () => {
    // Paper B, Table 3.
    assert.equal(reportedScore('bert', 'cmeee-v2', 'da-rw-egp')!.f1, 0.7008);
    assert.equal(reportedScore('bert', 'sample', 'da-rw-egp')!.dataset, 'CMeEE-V2');
    assert.equal(reportedScore('bert', 'ccks2017', 'da-rw-egp'), null);
    assert.equal(reportedScore('bert-gp', 'cmeee-v2', 'da-rw-egp'), null);
    assert.equal(reportedScore('da-rw-egp', 'cmeee-v2', 'llm-medner'), null);
  });
});

describe("a row's own assignments", () => {
  const of = (...set: string[]) => rowConfigs([
    { variant: 'llm-medner', label: 'all' },
    { variant: 'llm-medner', label: 'masked', set: ['features.provider=traditional:masking', 'model.channels.features=[]'] },
  ], { corpus: 'sample', profile: 'quick', seeds: null, set }, 0);

  it('stand over those of the request, which the other rows take', () => {
    assert.deepEqual(of('features.provider=qwen').map(({ features }) => features!.provider), ['qwen', 'traditional:masking']);
    const [all, masked] = of('features={"provider":"qwen","testEnhancement":false}', 'training.epochs=2');
    assert.deepEqual([all.features, masked.features].map((features) => Object.values(features!)), [['qwen', false], ['traditional:masking', false]]);
    assert.deepEqual([all, masked].map(({ training, model }) => [training.epochs, model.channels!.features.length]), [[2, 4], [2, 0]]);
  });

  it('leave nothing of an assignment where every row has its own', () => {
    const own = [{ variant: 'bert', label: 'one', set: ['training.epochs=1'] }];
    assert.throws(() => rowConfigs(own, { corpus: 'sample', profile: 'quick', seeds: null, set: ['training.epochs=3'] }, 0), (error: Error) => error instanceof InputError && /every row has a value of its own for training\.epochs/.test(error.message));
  });
});

describe('a comparison of models', () => {
  const runs = mkdtempSync(path.join(tmpdir(), 'medner-comparison-'));
  const set = [...tiny, 'training.epochs=1', 'corpus.trainDocuments=16', 'corpus.scoredDocuments=4'];
  const request = { corpus: 'sample', profile: 'quick', seeds: [0], set, runs };
  const experiment = comparisonExperiment({
    name: 'some-comparison', title: 'Paper B, Table 3, some rows', heading: 'Paper B, Table 3', description: 'Three models.', paper: 'da-rw-egp',
    rows: [
      { variant: 'bert', label: 'BERT' },
      { variant: 'roberta-bilstm-crf', label: 'BiLSTM' },
      { variant: 'bert-gp', label: 'pointer' },
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
    assert.deepEqual([experiment.name, experiment.title, experiment.description], ['some-comparison', 'Paper B, Table 3, some rows', 'Three models.']);
    assert.equal(experiment.runs(request), 3);
    assert.equal(experiment.runs({ ...request, seeds: [0, 1, 2] }), 9);
    assert.equal(output.records.length, 3);
  });

  it("puts the declared paper's numbers beside its rows", () => {
    const [{ title, columns, rows, footnotes }] = output.tables;
    assert.equal(title, 'Paper B, Table 3: sample, quick');
    const from = columns.findIndex(({ header }) => header === 'paper (CMeEE-V2) P');
    assert.deepEqual(rows.map((row) => [row[0], ...row.slice(from, from + 3)]), [
      ['BERT', '69.65', '70.51', '70.08'],
      ['BiLSTM', '72.90', '72.72', '72.81'],
      ['pointer', '–', '–', '–'],
    ]);
    assert.ok(footnotes.includes('Paper\'s number beside BiLSTM: Table 3, "RoBERTa-BiLSTM-CRF".'));
    assert.ok(footnotes.some((note) => note.startsWith('pointer: the paper prints no number for it')));
    assert.equal(footnotes.at(-1), 'A note of its own.');
  });

  it('says of which rows an encoder and a learning rate are', async () => {
    const rows = [{ variant: 'cnn-crf', label: 'CNN, CRF' }, { variant: 'bert', label: 'BERT' }, { variant: 'roberta-bilstm-crf', label: 'BiLSTM' }];
    const { tables: [{ footnotes }] } = await comparisonExperiment({ name: 'other', title: 'Other', description: 'Other.', paper: 'llm-medner', rows }).run(request);
    assert.ok(footnotes.some((note) => note.endsWith('started from random weights: the rows compare models on equal terms, far below what pre-trained encoders reach. Vectors of characters, from random weights, stand in its place in CNN, CRF.')), footnotes.join('\n'));
    assert.ok(footnotes.includes('Peak learning rates. 0.002: CNN, CRF. 0.001 (encoder), 0.002 (all else): BERT. 0.0005 (encoder), 0.002 (all else): BiLSTM.'));
  });
});
