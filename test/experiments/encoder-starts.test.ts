import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { inProject, InputError } from '../../lib/common';
import { encoderStarts, type ExperimentRequest } from '../../lib/experiments';
import { partialNotes } from '../../lib/experiments/encoder-starts';
import type { Figure } from '../../lib/figures';
import { smallCorpus } from './corpus';

interface Data {
  rates: { variant: string; start: string; rate: number; tuning: number; key: string }[];
  rows: { variant: string; start: string; share: number | null; rate: number; f1: { mean: number; values: number[] }; runs: { key: string }[] }[];
}

describe('the experiment on what pre-training brings', function () {
  this.timeout(600_000);
  let folder: string;
  let request: ExperimentRequest;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-starts-'));
    const corpus = await smallCorpus(path.join(folder, 'tiny'), { train: 8, dev: 6, test: 6 });
    request = { corpus, profile: 'quick', seeds: [0], set: ['training.batchSize=4'], runs: path.join(folder, 'runs') };
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('takes the rate that is best on the tuning documents, for random and for pre-trained weights apart', async () => {
    let told = 0;
    const output = await encoderStarts.run({ ...request, hooks: { onRunDone: () => told++ } });
    assert.equal(told, encoderStarts.runs(request));
    const { rates, rows } = output.data as Data;
    const grids = { 'random weights': [2e-4, 5e-4, 1e-3, 2e-3], 'medner-mini': [2e-4, 5e-4, 1e-3] };
    for (const [start, grid] of Object.entries(grids)) for (const variant of ['bert', 'rw-egp']) {
      assert.deepEqual(rates.filter((trial) => trial.variant === variant && trial.start === start).map(({ rate }) => rate), grid);
    }
    for (const { variant, start, share, rate } of rows) {
      const tried = rates.filter((trial) => trial.variant === variant && (trial.start === 'random weights') === (share === 0));
      assert.equal(tried.length, grids[share === 0 ? 'random weights' : 'medner-mini'].length);
      assert.equal(tried.find((trial) => trial.rate === rate)!.tuning, Math.max(...tried.map(({ tuning }) => tuning)), `${variant}, ${start}`);
    }
    assert.deepEqual(rows.filter(({ share }) => share === 0 || share === 1).map(({ variant, start }) => [variant, start]),
      [['bert', 'random weights'], ['bert', 'medner-mini'], ['rw-egp', 'random weights'], ['rw-egp', 'medner-mini']]);
    const [{ rows: printed, columns, footnotes }] = output.tables;
    assert.match(footnotes.join(), /for random weights the best of 2e-4, 5e-4, 1e-3, 2e-3 by F1 on the tuning documents with the first seed; for pre-trained ones the best of 2e-4, 5e-4, 1e-3 by F1/);
    const f1 = columns.findIndex(({ header }) => header === 'F1');
    assert.deepEqual(printed.map((cells) => cells[f1]), rows.map((row) => (100 * row.f1.mean).toFixed(2)));
    assert.equal(new Set(output.records.map(({ key }) => key)).size, output.records.length);
    assert.ok(rows.every(({ runs }) => runs.every(({ key }) => output.records.some((record) => record.key === key))));
  });

  it('tries those that are named for a start, and no others', async () => {
    const own = { ...request, set: [...request.set, 'pretraining.rates.random=[5e-4, 1e-3]', 'pretraining.rates.pretrained=[5e-4]'] };
    const { data, tables: [{ footnotes }] } = await encoderStarts.run(own);
    const { rates } = data as Data;
    assert.deepEqual(rates.filter(({ variant }) => variant === 'bert').map(({ start, rate }) => [start, rate]), [['random weights', 5e-4], ['random weights', 1e-3], ['medner-mini', 5e-4]]);
    assert.match(footnotes.join(), /for random weights the best of 5e-4, 1e-3 by F1 on the tuning documents with the first seed; for pre-trained ones 5e-4, as set/);
    for (const [assignment, message] of [
      ['model.encoder.weights=data/models/medner-mini', /row by row; name further encoders in pretraining\.encoders/],
      ['model={"encoder":{}}', /row by row/],
      ['tokenization.vocabulary=data/vocabulary/sample.txt', /each encoder has its own/],
      ['training.learningRate={"encoder":1e-3,"head":1e-3}', /set training\.learningRate\.encoder and training\.learningRate\.head apart/],
    ] as const) {
      await assert.rejects(encoderStarts.run({ ...request, set: [assignment] }), (error: unknown) => error instanceof InputError && message.test(error.message), assignment);
    }
    for (const [wrong, message] of [['rates.random=[]', /pretraining\.rates\.random/], ['rates.rand=[1e-3]', /did you mean random\?/]] as const) {
      await assert.rejects(encoderStarts.run({ ...request, set: [`pretraining.${wrong}`] }), (error: unknown) => error instanceof InputError && message.test(error.message));
    }
  });

  it('tells that what is partly pre-trained is a point of one pre-training', () => {
    const starts = [['random weights', 0], ['a quarter', 0.25], ['half', 0.5], ['medner-mini', 1], ['half', 0.5]] as const;
    const notes = partialNotes(starts.map(([label, share]) => ({ label, share })));
    assert.equal(notes.length, 1);
    assert.match(notes[0], /^a quarter, half: the weights at that share of the updates of medner-mini's one pre-training, .* no shorter pre-training of its own\.$/);
    assert.deepEqual(partialNotes([{ label: 'random weights', share: 0 }, { label: 'medner-mini', share: 1 }]), []);
  });

  it('puts encoders that are named beside, each with its own vocabulary, at the rate of medner-mini', async () => {
    const encoder = path.join(folder, 'mini-of-notes');
    cpSync(inProject('data', 'models', 'medner-mini'), encoder, { recursive: true });
    writeFileSync(path.join(encoder, 'pretraining.json'), JSON.stringify({ command: 'npx medner pretrain notes.txt --from data/models/medner-mini' }));
    const named = { ...request, set: [...request.set, 'training.learningRate.encoder=5e-4', `pretraining.encoders=["${encoder}"]`] };
    let told = 0;
    const { data, tables: [{ rows: printed, footnotes }], figure } = await encoderStarts.run({ ...named, hooks: { onRunDone: () => told++ } });
    assert.equal(told, encoderStarts.runs(named));
    const { rows } = data as Data;
    for (const variant of ['bert', 'rw-egp']) {
      const [mini, other] = ['medner-mini', 'mini-of-notes'].map((start) => rows.find((row) => row.variant === variant && row.start === start)!);
      assert.equal(other.share, null);
      assert.deepEqual(other.f1, mini.f1, 'the same weights and vocabulary in another folder are the same run');
      assert.deepEqual(other.runs.map(({ key }) => key), mini.runs.map(({ key }) => key));
    }
    assert.equal(printed.filter(([, start]) => start === 'mini-of-notes').length, 2);
    assert.match(footnotes.join('\n'), /^mini-of-notes: made by `npx medner pretrain notes\.txt --from data\/models\/medner-mini --name mini-of-notes`; it takes the rate of medner-mini\.$/m);
    assert.ok(JSON.stringify((figure as Figure).layout.xaxis).includes('mini-<br>of-<br>notes'));
    const set = (value: string) => ({ ...request, set: [`pretraining.encoders=${value}`] });
    for (const [value, message] of [['["data/models/nowhere"]', /data\/models\/nowhere has no model\.safetensors/], ['["data/models/medner-mini"]', /two starts are named medner-mini/]] as const) {
      await assert.rejects(encoderStarts.run(set(value)), (error: unknown) => error instanceof InputError && message.test(error.message));
    }
  });

  it('tries no other where one is set', async () => {
    const set = [...request.set, ' training.learningRate.encoder =5e-4'];
    const output = await encoderStarts.run({ ...request, set });
    const { rates } = output.data as Data;
    assert.ok(rates.every(({ rate }) => rate === 5e-4));
    assert.match(output.tables[0].footnotes.join(), /rate: peak learning rate of the encoder, as set/);
  });
});
