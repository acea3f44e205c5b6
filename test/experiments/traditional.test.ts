import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { traditionalMethods } from '../../lib/augment';
import { InputError } from '../../lib/common';
import { featuresByMethod, loadRunData, resolveConfig, run, runKey, traditionallyAugmented, trainCommand, type BackTranslate } from '../../lib/experiments';
import { aTraditional } from '../../lib/experiments/a-traditional';
import { smallCorpus, tiny } from './corpus';

describe('runs with traditional augmentation', function () {
  this.timeout(300_000);
  let folder: string;
  let corpus: string;
  let runs: string;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-traditional-'));
    runs = path.join(folder, 'runs');
    corpus = await smallCorpus(path.join(folder, 'tiny'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const config = (traditional?: object) => resolveConfig({
    variant: 'bert', corpus, profile: 'quick', seed: 0, set: [...tiny, 'training.epochs=1', ...(traditional ? [`traditional=${JSON.stringify(traditional)}`] : [])],
  });

  it('train on the new documents too, and keep the report', async () => {
    const [plain, masked] = [await run(config(), { runs }), await run(config({ method: 'masking' }), { runs })];
    assert.equal(plain.record.traditional, undefined);
    const report = masked.record.traditional!;
    assert.equal(report.train.documents, 48);
    assert.ok(report.made > 40 && report.changes.masks >= report.made);
    assert.deepEqual(report.guarded.documents, 24);
    assert.equal(plain.record.training.step, 6);
    assert.equal(masked.record.training.step, Math.ceil((48 + report.made) / 8));
    assert.notEqual(masked.record.key, plain.record.key);
    assert.match(trainCommand(masked.record.config), /--set 'traditional=\{"method":"masking","documents":1,"context":0.15,"inside":0.15\}'/);
    assert.deepEqual(resolveConfig({ ...masked.record.config, corpus, set: [...tiny, 'training.epochs=1', `traditional=${JSON.stringify(report.config)}`] }), masked.record.config);
  });

  it('have a key of the method, its own fields and the contents of the files it names', async () => {
    const data = await loadRunData(config().corpus);
    const backend = { name: 'torch', device: 'cpu', versions: {}, threads: 1 } as unknown as Parameters<typeof runKey>[2];
    const key = (traditional?: object): string => runKey(config(traditional), data, backend);
    const file = (name: string, text: string): string => {
      writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    };
    const [a, b, c] = [file('a.txt', '发热 发烧\n'), file('b.txt', '发热 发烧\n'), file('c.txt', '腹痛 肚子痛\n')];
    const keys = [undefined, { method: 'masking' }, { method: 'masking', context: 0.3 }, { method: 'replacement' }, { method: 'synonyms' }, { method: 'synonyms', files: [a] }, { method: 'synonyms', files: [c] }].map(key);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(key({ method: 'synonyms', files: [b] }), keys[5]);
    assert.throws(() => key({ method: 'back-translation', there: path.join(folder, 'nowhere') }), (error: Error) => error instanceof InputError && /nowhere/.test(error.message));
    assert.throws(() => config({ method: 'masking', files: [] }), (error: Error) => error instanceof InputError && /traditional/.test(error.message));
  });

  it('translate back through the folders named, or say that nothing can', async () => {
    const [there, back] = ['there', 'back'].map((name) => path.join(folder, name));
    for (const place of [there, back]) {
      mkdirSync(place);
      writeFileSync(path.join(place, 'model.onnx'), place);
    }
    const setting = config({ method: 'back-translation', there, back });
    await assert.rejects(run(setting, { runs }), (error: Error) => error instanceof InputError && /A local model is a folder/.test(error.message));
    const asked: unknown[] = [];
    const backTranslate: BackTranslate = async (texts, folders) => {
      asked.push(folders);
      return texts.map((text) => `据述${text}`);
    };
    const data = await loadRunData(setting.corpus);
    const { report } = await traditionallyAugmented(setting, data, data.parts.train, backTranslate);
    assert.ok(report.made > 30 && report.changes.kept > 30, JSON.stringify(report));
    assert.deepEqual(asked[0], { there, back });
  });

  it('have features by the same methods, which no annotation of a scored document changes', async () => {
    const { parts } = await loadRunData(config().corpus);
    const texts = parts.scored.map(({ text }) => text);
    const folders: unknown[] = [];
    const backTranslate: BackTranslate = async (all, names) => {
      folders.push(names);
      return all.map((text) => `据述${text}`);
    };
    for (const method of traditionalMethods) {
      const features = await featuresByMethod(texts, { method, terms: parts.train, splitSeed: 1, backTranslate });
      assert.deepEqual(features.map(({ text }) => text), texts);
      assert.ok(features.filter(({ enhanced }) => enhanced !== null).length >= 3, method);
      // The scored documents, annotated otherwise, among the training documents: as if they were not there.
      const wrong = parts.scored.map(({ id, text }) => ({ id, text, entities: [{ start: 0, end: 2, type: 'dis' }] }));
      for (const [i, text] of texts.entries()) {
        const [alone] = await featuresByMethod([text], { method, terms: [...parts.train, wrong[i]], splitSeed: 1, backTranslate });
        assert.deepEqual(alone, features[i]);
      }
    }
    assert.deepEqual(folders[0], { there: 'data/models/opus-mt-zh-en', back: 'data/models/opus-mt-en-zh' });
  });

  it('stand in the table beside the paper, and back translation without models is told to be not run', async () => {
    const few = ['corpus.trainDocuments=48', 'corpus.tuningDocuments=12', 'corpus.scoredDocuments=12'];
    const request = { corpus: 'sample', profile: 'quick', seeds: [0], set: [...tiny, ...few, 'training.epochs=1'], runs };
    assert.equal(aTraditional.runs(request), 8);
    const { tables: [{ rows, footnotes }], records, data } = await aTraditional.run(request);
    assert.equal(new Set(records.map(({ key }) => key)).size, 8);
    const names = ['random masking', 'medical entity replacement', 'back translation', 'medical synonym replacement'];
    assert.deepEqual(rows.map(([label]) => label), ['single channel', ...names.map((name) => `+ ${name}`), ...names.map((name) => `two channels, ${name}`), 'two channels, LLM-MedNER']);
    for (const [i, row] of rows.entries()) {
      if (i === 3 || i === 7) assert.deepEqual(row.slice(-2), ['not run: no model', '0']);
      else assert.ok(row[10] === '1' && /^\d+\.\d\d$/.test(row[3]), row.join());
    }
    assert.ok(footnotes.some((note) => /made of wanted: \+ random masking 48 of 48, /.test(note)));
    assert.ok(footnotes.some((note) => /^Updates a run\. \d+: single channel; two channels, random masking; .*: \+ random masking/.test(note)), footnotes.join('\n'));
    assert.ok(footnotes.some((note) => /changed.*two channels, random masking \d+ of 72, two channels, medical entity/.test(note)));
    // The paper's one row of two channels with a method stands beside all four.
    assert.deepEqual(rows.map((row) => row[8]), ['70.24', '70.51', '70.63', '70.58', '70.67', '70.89', '70.89', '70.89', '70.89', '79.12']);
    const { rows: numbers } = data as { rows: { label: string; features: { provider: string; changed?: number } | null; paper: unknown }[] };
    assert.deepEqual(numbers.map(({ features }) => features?.provider ?? null), [null, null, null, null, 'traditional:masking', 'traditional:replacement', 'traditional:synonyms', 'offline-lexicon']);
  });
});
