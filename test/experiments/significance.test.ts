import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { InputError, JobError } from '../../lib/common';
import { compareMeans, type MeanComparison, type PairedBootstrap } from '../../lib/evaluation';
import { bSignificance, type ExperimentOutput, type ExperimentRequest } from '../../lib/experiments';
import { smallCorpus, tiny } from './corpus';

interface Output {
  seeds: number[];
  test: MeanComparison | null;
  bootstrap: PairedBootstrap;
  paper: { t: number } | null;
  models: { variant: string; f1: { values: number[] }; runs: { key: string; seed: number; micro: { f1: number; tp: number; fp: number; fn: number } }[] }[];
  rows: { label: string; runs: { key: string }[] }[];
}

describe('b-significance', () => {
  let folder: string;
  let request: ExperimentRequest;
  let output: ExperimentOutput;
  let data: Output;

  before(async function () {
    this.timeout(240_000);
    folder = mkdtempSync(path.join(tmpdir(), 'medner-significance-'));
    const corpus = await smallCorpus(path.join(folder, 'tiny'));
    request = { corpus, profile: 'quick', seeds: null, set: [...tiny, 'training.epochs=8', 'training.learningRate.head=0.01', 'training.learningRate.encoder=0.01'], runs: path.join(folder, 'runs') };
    output = await bSignificance.run(request);
    data = output.data as Output;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("runs two models with the profile's seeds, two at least", () => {
    assert.equal(bSignificance.runs(request), 4);
    assert.deepEqual(data.seeds, [0, 1]);
    assert.equal(output.records.length, 4);
    assert.equal(bSignificance.runs({ ...request, profile: 'small' }), 4);
    assert.throws(() => bSignificance.runs({ ...request, seeds: [3] }), InputError);
    assert.equal(bSignificance.runs({ ...request, profile: 'paper' }), 20);
  });

  it("tests the means over seeds, and resamples documents whose counts are the records'", () => {
    const [ours, baseline] = data.models;
    assert.deepEqual(ours.f1.values, ours.runs.map(({ micro }) => micro.f1));
    assert.deepEqual(data.test, compareMeans(ours.f1.values, baseline.f1.values) ?? null);
    const pooled = data.models.map(({ runs }) => {
      const sum = (of: 'tp' | 'fp' | 'fn'): number => runs.reduce((total, { micro }) => total + micro[of], 0);
      return (2 * sum('tp')) / (2 * sum('tp') + sum('fp') + sum('fn'));
    });
    assert.ok(pooled[0] > 0, 'the model finds something');
    data.bootstrap.f1.forEach((f1, i) => assert.ok(Math.abs(f1 - pooled[i]) < 1e-12));
    assert.equal(data.bootstrap.resamples, 10_000);
    assert.equal(data.bootstrap.documents, 12);
  });

  it('prints whole tables; a corpus that the paper does not have stands alone', () => {
    for (const { columns, rows } of output.tables) for (const row of rows) assert.equal(row.length, columns.length);
    assert.equal(data.paper, null);
    assert.equal(output.tables[0].rows.length, 1);
    const said = output.tables[0].footnotes.find((note) => note.startsWith('Updates a run.'));
    assert.match(said!, /^Updates a run\. \d+: DA-RW-EGP\. \d+: RoBERTa-BiLSTM-CRF\. New training documents, .*, remote supervision 0 of \d+, since no unlabelled text was named \(DA-RW-EGP\)\.$/);
    // By which the report leads from the row to its runs.
    assert.deepEqual(data.rows.map(({ label, runs }) => [label, runs.map(({ key }) => key).sort()]), [[output.tables[0].rows[0][0], output.records.map(({ key }) => key).sort()]]);
  });

  it('reads its runs back, and refuses predictions that are not the record\'s', async () => {
    const cached: boolean[] = [];
    const again = await bSignificance.run({ ...request, hooks: { onRunDone: (was) => cached.push(was) } });
    assert.deepEqual(cached, [true, true, true, true]);
    assert.deepEqual(again.data, output.data);
    const file = path.join(request.runs!, data.models[0].runs[0].key, 'predictions.jsonl');
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(1).join('\n'));
    await assert.rejects(bSignificance.run(request), JobError);
  });
});
