import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { prepareBackend } from '../../lib/backend';
import { InputError, JobError, sha256File } from '../../lib/common';
import { bAugmentation } from '../../lib/experiments/b-augmentation';
import { bComparison } from '../../lib/experiments/b-comparison';
import { loadPredictor, resolveConfig, run, runKey, loadRunData, toMarkdown, verify, type RunRecord, type RunResult } from '../../lib/experiments';
import { whereBuilt } from '../backend/support';
import { smallCorpus, tiny } from './corpus';

describe('a run in bfloat16 where it is not computed', () => {
  const before = process.env.MEDNER_BACKEND;
  after(async () => {
    if (before === undefined) delete process.env.MEDNER_BACKEND;
    else process.env.MEDNER_BACKEND = before;
    await prepareBackend({ quiet: true });
  });

  for (const backend of whereBuilt('tensorflow', 'wasm', 'cpu')) {
    it(`is refused on ${backend} before the corpus is looked for`, async () => {
      process.env.MEDNER_BACKEND = backend;
      const [rough, precise] = ['bfloat16', 'float32'].map((precision) =>
        resolveConfig({ variant: 'bert', corpus: 'no-such-folder/corpus', profile: 'quick', seed: 0, set: [...tiny, `precision=${precision}`] }));
      await assert.rejects(run(rough), (error: Error) => error instanceof InputError && /bfloat16 is computed on the torch backend only/.test(error.message));
      await assert.rejects(run(precise), /no-such-folder/);
    });
  }
});

describe('a run', () => {
  let folder: string;
  let corpus: string;
  let runs: string;
  let first: RunResult;

  const config = (variant = 'rw-egp', seed = 0, profile = 'quick') => resolveConfig({ variant, corpus, profile, seed, set: tiny });

  before(async function () {
    this.timeout(120_000);
    folder = mkdtempSync(path.join(tmpdir(), 'medner-run-'));
    runs = path.join(folder, 'runs');
    corpus = await smallCorpus(path.join(folder, 'tiny'));
    first = await run(config(), { runs });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('keeps a record of all that made it, its predictions and its weights, and no checkpoint', () => {
    const { record } = first;
    assert.equal(first.cached, false);
    assert.deepEqual(readdirSync(first.folder).sort(), ['config.json', 'dictionary.txt', 'predictions.jsonl', 'record.json', 'vocab.txt', 'weights.safetensors', 'word-vectors.bin']);
    assert.equal(record.weights, sha256File(path.join(first.folder, 'weights.safetensors')));
    assert.equal(record.predictions, sha256File(path.join(first.folder, 'predictions.jsonl')));
    assert.equal(readFileSync(path.join(first.folder, 'predictions.jsonl'), 'utf8').trim().split('\n').length, 12);
    assert.equal(record.training.curve.length, 2);
    assert.equal(record.training.step, 12);
    assert.ok(record.parameters > 1000 && record.peakMemory > 1e7);
    assert.ok(record.backend.name === 'torch' ? record.peakTensorBytes! > 4 * record.parameters : record.peakTensorBytes === null);
    assert.match(record.command, /^npx medner train rw-egp --data .*tiny --profile quick --seed 0 --set .*training\.epochs=2/);
    assert.deepEqual(record.data.unrepresentable.scored, { token: 0, window: 0, band: 0, nested: 0 });
  });

  it('is read back when it is finished', async () => {
    const again = await run(config(), { runs });
    assert.equal(again.cached, true);
    assert.deepEqual(again.record, JSON.parse(JSON.stringify(first.record)));
  });

  it('has a key of what determines it: not names, but seed, fields and documents', async () => {
    const backend = await prepareBackend({ quiet: true });
    const data = await loadRunData(config().corpus);
    const key = (...[variant, seed]: Parameters<typeof config>) => runKey(config(variant, seed), data, backend);
    assert.equal(key(), first.record.key);
    assert.equal(key('bert-gp'), key('roberta-gp'));
    assert.equal(runKey({ ...config(), profile: 'other' }, data, backend), key());
    assert.equal(new Set([key(), key('rw-gp'), key('roberta-gp'), key('bert'), key('rw-egp', 1)]).size, 5);
    const changed = structuredClone(data);
    changed.records.scored.content = 'other';
    assert.notEqual(runKey(config(), changed, backend), key());
  });

  it('predicts new texts of any length as it predicted the scored ones', async () => {
    const predictor = await loadPredictor(first.folder);
    const { parts } = await loadRunData(config().corpus);
    const lines = readFileSync(path.join(first.folder, 'predictions.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as object);
    const predicted = await predictor.predict(parts.scored);
    assert.deepEqual(predicted.map(({ id, entities }) => ({ id, entities })), lines);
    const long = parts.scored.map(({ text }) => text).join('').repeat(3);
    const [{ entities }] = await predictor.predict([{ id: 'long', text: long }]);
    for (const { start, end } of entities) assert.ok(start < end && end <= Array.from(long).length);
    predictor.dispose();
  });

  it('of a model with a lexicon keeps words and counts, and predicts as it did', async function () {
    this.timeout(120_000);
    const file = path.join(folder, 'words.tsv');
    writeFileSync(file, '维生素Z缺乏症\tdis\n患者\t606946\n');
    const set = [...tiny, `model.lexicon.files=["${file}"]`];
    const { record, folder: kept } = await run(resolveConfig({ variant: 'roberta-gp-softlexicon', corpus, profile: 'quick', seed: 0, set }), { runs });
    const lexicon = readFileSync(path.join(kept, 'lexicon.tsv'), 'utf8').trim().split('\n').map((line) => line.split('\t'));
    assert.equal(record.lexicon!.words, lexicon.length);
    assert.equal(record.lexicon!.counted, lexicon.filter(([, count]) => count !== '0').length);
    assert.ok(record.lexicon!.counted > 100);
    assert.deepEqual(lexicon.filter(([word]) => word.startsWith('维生素Z')), [['维生素Z缺乏症', '0']]);
    assert.equal(first.record.lexicon, undefined);
    const predictor = await loadPredictor(kept);
    const { parts } = await loadRunData(config().corpus);
    const lines = readFileSync(path.join(kept, 'predictions.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as object);
    assert.deepEqual((await predictor.predict(parts.scored)).map(({ id, entities }) => ({ id, entities })), lines);
    predictor.dispose();
  });

  it('verifies, bit for bit; a record that was tampered with does not', async function () {
    this.timeout(120_000);
    const result = await verify(first.record);
    assert.deepEqual(result, { key: first.record.key, sameMachine: true, differences: [], f1: result.f1 });
    const tampered: RunRecord = structuredClone(first.record);
    tampered.scores.scored.micro.tp += 1;
    tampered.weights = 'other';
    const { differences } = await verify(tampered);
    assert.match(differences.join(), /scored scores: recorded F1 .*the weights differ/);
    tampered.data.parts.train.content = 'other';
    await assert.rejects(verify(tampered), (error) => error instanceof JobError && /train documents are not those/.test(error.message));
  });

  it('verifies with the threads of its record, whatever this process would take', async function () {
    this.timeout(120_000);
    const threads = (await prepareBackend({ quiet: true })).threads + 1;
    const elsewhere = await run(config(), { runs: path.join(folder, 'threads'), threads });
    assert.equal(elsewhere.record.backend.threads, threads);
    const { sameMachine, differences } = await verify(elsewhere.record);
    assert.deepEqual({ sameMachine, differences }, { sameMachine: true, differences: [] });
    await prepareBackend({ quiet: true });
  });

  it('stopped by SIGINT in another process exits with 130, and continues to the same weights', async function () {
    this.timeout(180_000);
    const elsewhere = path.join(folder, 'interrupted');
    const start = (...options: string[]) =>
      spawn(process.execPath, ['--require', 'tsx/cjs', path.join(__dirname, 'run-tiny.ts'), corpus, elsewhere, ...options], { stdio: ['ignore', 'pipe', 'pipe'] });
    const stopped = start('--slow');
    let said = '';
    stopped.stderr.on('data', (chunk) => (said += String(chunk)));
    const status = new Promise((resolve) => stopped.on('exit', resolve));
    for await (const chunk of stopped.stdout) if (/step 5\n/.test(String(chunk))) stopped.kill('SIGINT');
    assert.equal(await status, 130);
    assert.match(said, /Nothing is lost: the same command continues from here/);
    const key = readdirSync(elsewhere)[0];
    assert.ok(readdirSync(path.join(elsewhere, key)).some((name) => name.startsWith('checkpoint-')));
    assert.equal(existsSync(path.join(elsewhere, key, 'lock')), false);
    const { record } = await run(config(), { runs: elsewhere });
    assert.equal(record.training.resumed, 1);
    assert.equal(record.weights, first.record.weights);
    assert.deepEqual(record.scores, first.record.scores);
  });

  it('of a comparison makes a table of all rows with the paper\'s columns, and reads everything back', async function () {
    this.timeout(240_000);
    const request = { corpus, profile: 'quick', seeds: [0, 1], set: [...tiny, 'model.head.k=20'], runs };
    const done: boolean[] = [];
    let interim = 0;
    const output = await bComparison.run({ ...request, hooks: { onRunDone: (cached) => done.push(cached), onInterim: () => interim++ } });
    assert.equal(bComparison.runs(request), 14);
    assert.equal(done.length, 14);
    assert.equal(interim, 1);
    const [main, parts, confusions] = output.tables;
    assert.deepEqual(main.rows.map(([label]) => label), [
      'BERT', 'RoBERTa', 'BERT-CRF', 'RoBERTa-BiLSTM-CRF', 'RoBERTa-GP', 'RoBERTa-GP-SoftLexicon', 'DA-RW-EGP',
    ]);
    assert.equal(main.columns.length, main.rows[0].length);
    assert.equal(parts.columns.length, parts.rows[0].length);
    assert.match(confusions.title, /DA-RW-EGP/);
    // From random weights BERT and RoBERTa are one model, which is run once.
    assert.equal(done.filter((cached) => cached).length, 2);
    assert.match(toMarkdown(main), /random weights/);
    assert.match(main.footnotes.join('\n'), /Set for this table: .*model\.head\.k=20/);
    assert.equal(main.rows[1][main.columns.findIndex(({ header }) => header === 'verdict')], 'same runs as BERT');
    assert.match(main.footnotes.join('\n'), /Updates a run\. \d+: BERT; .*; RoBERTa-GP-SoftLexicon\. \d+: DA-RW-EGP\. New .*, remote supervision 0 of \d+, since no unlabelled text was named \(DA-RW-EGP\)\./);
    assert.match(main.footnotes.join('\n'), /p: .*, not corrected for the \d rows tested\./);
    assert.equal((output.data as { claim?: object }).claim, undefined, 'the paper prints nothing for this corpus');
    assert.equal(output.records.length, 14);
    assert.ok(output.records[13].augmentation!.train.documents > 0);
    done.length = 0;
    const again = await bComparison.run({ ...request, hooks: { onRunDone: (cached) => done.push(cached) } });
    assert.deepEqual(done, Array.from({ length: 14 }, () => true));
    assert.deepEqual(again.tables, output.tables);

    const { tables: [{ columns, rows, footnotes }] } = await bAugmentation.run(request);
    assert.ok(footnotes.some((note) => /^New documents, made of wanted: substitution \d+ of \d+, .*, since no unlabelled text was named \(instances by/.test(note)));
    assert.ok(footnotes.some((note) => /^Updates a run\. \d+: without\. \d+: with augmentation\.$/.test(note)));
    const p = columns.findIndex(({ header }) => header === 'p');
    assert.equal(footnotes.some((note) => note.startsWith('p: ')), rows.some((row) => row[p] !== '–'));
  });
});
