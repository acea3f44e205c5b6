import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { InputError } from '../../lib/common';
import { loadRunData, locateRun, readUnlabelled, resolveConfig } from '../../lib/experiments';
import { smallCorpus } from './corpus';

describe('the documents of a run', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-data-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const config = (corpus: string, ...set: string[]) => resolveConfig({ variant: 'bert', corpus, profile: 'quick', seed: 0, set }).corpus;
  const ids = (documents: { id: string }[]) => documents.map(({ id }) => id);

  it('are train, dev to choose the epoch, and test to score where all three are labelled', async () => {
    const data = await loadRunData(config(await smallCorpus(path.join(folder, 'three'))));
    assert.deepEqual(Object.values(data.records).map(({ source, documents }) => [source, documents]), [['train', 48], ['dev', 12], ['test', 12]]);
  });

  it('set a tenth of train apart to choose the epoch where dev is scored, whatever the run\'s seed', async () => {
    const corpus = await smallCorpus(path.join(folder, 'two'), { train: 48, dev: 12, test: 0 });
    rmSync(path.join(corpus, 'test.jsonl'));
    const data = await loadRunData(config(corpus));
    assert.deepEqual(Object.values(data.records).map(({ source }) => source), ['train', 'train', 'dev']);
    assert.equal(data.parts.tuning.length, 5);
    assert.equal(data.parts.train.length, 43);
    assert.equal(new Set([...ids(data.parts.train), ...ids(data.parts.tuning)]).size, 48);
    assert.match(data.notes.join(), /5 documents set apart from train/);
  });

  it('are read anew where a file has changed, and after one that could not be read was mended', async () => {
    const corpus = await smallCorpus(path.join(folder, 'changing'));
    const file = path.join(corpus, 'train.jsonl');
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const located = () => locateRun(resolveConfig({ variant: 'bert', corpus, profile: 'quick', seed: 0, set: ['model.encoder.weights=null'] }), { runs: path.join(folder, 'runs') });
    const [first, again] = [await located(), await located()];
    assert.equal(again.data, first.data, 'the runs of a comparison share their documents');
    writeFileSync(file, lines.slice(1).join('\n'));
    const changed = await located();
    assert.equal(changed.data.parts.train.length, first.data.parts.train.length - 1);
    assert.notEqual(changed.key, first.key);
    writeFileSync(file, lines.slice(1).join('\n') + '\n{"text": ');
    await assert.rejects(located(), InputError);
    writeFileSync(file, lines.join('\n'));
    assert.equal((await located()).key, first.key);
  });

  it('can be a part, of which a larger one holds the smaller', async () => {
    const corpus = path.join(folder, 'three');
    const small = await loadRunData(config(corpus, 'corpus.trainDocuments=10'));
    const large = await loadRunData(config(corpus, 'corpus.trainDocuments=20', 'corpus.scoredDocuments=3'));
    assert.equal(small.parts.train.length, 10);
    assert.ok(ids(small.parts.train).every((id) => ids(large.parts.train).includes(id)));
    assert.match(large.notes.join(), /train: 20 of 48 documents.*scored: 3 of 12 documents/s);
    assert.notEqual(small.records.train.content, large.records.train.content);
    assert.equal(small.records.scored.ids.length, 64);
  });
});

describe('unlabelled text', () => {
  it('leaves out lines that hold a hidden text, whole or inside', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'medner-unlabelled-'));
    const file = path.join(folder, 'text.txt');
    const long = '患者因反复咳嗽咳痰伴发热三天入院治疗后好转';
    writeFileSync(file, ['别的一句话', long, `前文。${long}后文`, long.slice(0, 20), '短句', '', '含短句的一行'].join('\r\n'));
    assert.deepEqual(readUnlabelled([file], [long, '短句']), { lines: ['别的一句话', long.slice(0, 20), '含短句的一行'], leftOut: 3 });
    assert.throws(() => readUnlabelled([path.join(folder, 'none.txt')], []), InputError);
    writeFileSync(file, Buffer.from([0xb9, 0xa5]));
    assert.throws(() => readUnlabelled([file], []), /UTF-8/);
    rmSync(folder, { recursive: true });
  });
});
