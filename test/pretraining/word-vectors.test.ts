import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { Command } from 'commander';
import * as wordVectors from '../../lib/cli/word-vectors';
import { inProject, sha256File } from '../../lib/common';
import { loadRunData, makeResources, resolveConfig, runKey, type RunRequest } from '../../lib/experiments';
import { mostFrequentWords, readPublishedWordVectors, wordVectorFiles, writePublishedWordVectors } from '../../lib/models';
import {
  checkWordVectorTraining, makeWordVectors, measureOnTerms, medicalWords, neighbourRows, notOverWordVectors, prepareText, publishWordVectors, readWordVectorRecord,
  wordVectorCard, wordVectorCommand, wordVectorDefaults, wordVectorRecordFile, type WordVectorTraining,
} from '../../lib/pretraining';
import { cleanPassage, unfitness } from '../../lib/pretraining/clean';
import { Segmenter, specialWords, trainWordVectors, Vocabulary, WordVectors } from '../../lib/text';
import { sampleVocabularyFile } from '../../lib/text/build-vocabulary';
import { refuses, removeScratch, scratch } from '../corpus/scratch';

after(removeScratch);

/** Some lines of the sample's unlabelled text, some of them twice, and lines that are unfit. */
const lines = readFileSync(inProject('data', 'sample', 'unlabelled.txt'), 'utf8').split('\n').filter((line) => line.length >= 20).slice(0, 500);
const text = [...lines, ...lines.slice(0, 40), '肺炎', 'An English passage, 患者咳嗽咳痰三天以上 of the hospital and the ward.'].join('\n');

const source = (content = text): string => path.join(scratch({ 'text.txt': content }), 'text.txt');

function tiny(sources: string[], more: Partial<WordVectorTraining> = {}): WordVectorTraining {
  const { training, ...rest } = wordVectorDefaults;
  return checkWordVectorTraining({ ...rest, text: { ...rest.text, sources }, training: { ...training, dimension: 12, epochs: 2, minCount: 2 }, ...more });
}

describe('makeWordVectors', () => {
  it('trains on each passage that pre-training keeps, once, in order, and publishes the most frequent rows', async () => {
    const file = source();
    const config = tiny([file], { rows: 300 });
    const { record, folder, cached } = await makeWordVectors(config, { runs: scratch({}) });
    const prepared = await prepareText({ sources: [file], guarded: [], vocabulary: Vocabulary.fromFile(sampleVocabularyFile), length: 64, seed: 1, folder: scratch({}) });
    assert.deepEqual(record.text.counts, prepared.meta.counts);
    assert.deepEqual(record.text.inputs, prepared.meta.inputs);
    const { duplicates, short, foreign } = record.text.counts;
    assert.ok(duplicates >= 40 && short >= 1 && foreign >= 1, JSON.stringify(record.text.counts));

    const segmenter = new Segmenter();
    const passages = [...new Set(text.split('\n').map(cleanPassage))].filter((passage) => unfitness(passage) === null);
    const sentences = passages.map((passage) => segmenter.segment(passage).map((word) => word.text).filter((word) => word.trim() !== ''));
    const all = trainWordVectors(sentences, config.training);
    const expected = scratch({});
    writePublishedWordVectors(expected, mostFrequentWords(all, 300));
    for (const name of Object.values(wordVectorFiles)) assert.deepEqual(readFileSync(path.join(folder, name)), readFileSync(path.join(expected, name)), name);

    const words = sentences.flat();
    const kept = new Set(all.words.slice(specialWords.length, 300));
    assert.deepEqual([record.text.words, record.text.distinct], [words.length, new Set(words).size]);
    assert.deepEqual([record.vectors.trained, record.vectors.rows, record.vectors.dimension], [all.size, 300, 12]);
    assert.ok(Math.abs(record.vectors.coverage - words.filter((word) => kept.has(word)).length / words.length) < 1e-12);
    assert.deepEqual(readdirSync(folder).sort(), [wordVectorRecordFile, ...Object.values(wordVectorFiles)].sort(), 'nothing else is left');
    assert.equal(cached, false);
  });

  it('is read back when equal, and made when text, guard, dictionary or a field differ', async () => {
    const runs = scratch({});
    const file = source();
    const first = await makeWordVectors(tiny([file]), { runs });
    const again = await makeWordVectors(tiny([source()]), { runs });
    assert.deepEqual([again.cached, again.record], [true, first.record]);
    const { training, text: fields } = tiny([file]);
    const guard = path.join(scratch({ 'guard.txt': `${lines[3]}\n` }), 'guard.txt');
    const dictionary = path.join(scratch({ 'words.txt': '反复咳嗽\n' }), 'words.txt');
    const others = [
      tiny([source(`${text}\n患者因反复咳嗽咳痰入院治疗`)]), tiny([file], { rows: 200 }), tiny([file], { training: { ...training, seed: 2 } }),
      tiny([file], { text: { ...fields, guarded: [guard] } }), tiny([file], { dictionaries: [dictionary] }),
    ];
    const keys = new Set([first.record.key]);
    for (const config of others) keys.add((await makeWordVectors(config, { runs })).record.key);
    assert.equal(keys.size, 6);
    assert.equal(readdirSync(runs).length, 6);
  });

  it('has seen no word of a guarded document, and keeps the words of a dictionary whole', async () => {
    const secret = '患者自述服用奥马珠替尼后出现皮肤瘙痒与面部潮红，停药三日后逐渐缓解，门诊随访。';
    const config = tiny([source(`${text}\n${secret}\n入院记录：${secret}完`)], { training: { ...tiny(['x']).training, minCount: 1 } });
    const guard = path.join(scratch({ 'guard.txt': secret }), 'guard.txt');
    const words = path.join(scratch({ 'words.txt': '服用奥马珠替尼\n奥马珠替尼\n' }), 'words.txt');
    const trained = async (more: Partial<WordVectorTraining>) => {
      const { folder, record } = await makeWordVectors({ ...config, ...more }, { runs: scratch({}) });
      return { vectors: readPublishedWordVectors(folder), counts: record.text.counts };
    };
    const seen = await trained({});
    const guarded = await trained({ text: { ...config.text, guarded: [guard] } });
    const whole = await trained({ dictionaries: [words] });
    assert.deepEqual([seen.counts.guardedDocuments, guarded.counts.guardedDocuments], [0, 2]);
    const novel = seen.vectors.words.filter((word) => !guarded.vectors.has(word));
    assert.ok(novel.length > 0 && novel.every((word) => secret.includes(word) || word === '完'), novel.join(' '));
    assert.ok(whole.vectors.has('服用奥马珠替尼') && !seen.vectors.has('服用奥马珠替尼'));
  });

  it('stops when it is told to, leaving nothing', async () => {
    const runs = scratch({});
    for (const stopAt of ['reading', 'segmenting', 'training']) {
      const controller = new AbortController();
      const stopped = makeWordVectors(tiny([source()]), { runs, signal: controller.signal, onProgress: ({ phase, done, total }) => {
        assert.ok(done <= total);
        if (phase === stopAt) controller.abort();
      } });
      await assert.rejects(stopped, { name: 'Interrupted', message: /word vectors, which will begin anew/ });
    }
    assert.deepEqual(readdirSync(runs), []);
  });

  it('refuses configurations that make no sense, and text of which nothing is left', async () => {
    assert.throws(() => tiny([]), /need text/);
    assert.throws(() => tiny(['x'], { rows: 4 }), /rows/);
    assert.throws(() => checkWordVectorTraining({ ...wordVectorDefaults, training: { ...wordVectorDefaults.training, windows: 3 } }), /training.*windows/);
    await refuses(() => makeWordVectors(tiny([source('肺炎\n')]), { runs: scratch({}) }), 'none is left', '1 short');
    await refuses(() => makeWordVectors(tiny(['no/such/file.txt']), { runs: scratch({}) }), 'no/such/file.txt', 'there is no such file');
  });
});

describe('published word vectors', () => {
  const made = async () => {
    const { record, folder } = await makeWordVectors(tiny([source()]), { runs: scratch({}), command: 'npx medner word-vectors text.txt' });
    const terms = scratch({ '食物.txt': '甲\n', '疾病.txt': readPublishedWordVectors(folder).words.slice(10, 40).join('\n'), '症状.txt': readPublishedWordVectors(folder).words.slice(40, 80).join('\n') });
    return { folder, record: { ...record, agreement: measureOnTerms(folder, ['食物', '疾病', '症状'].map((type) => path.join(terms, `${type}.txt`))) } };
  };

  it('stand in their folder with record and card', async () => {
    const { folder, record } = await made();
    const published = path.join(scratch({}), 'mini');
    assert.equal(readWordVectorRecord(published), null);
    publishWordVectors(folder, record, published);
    assert.deepEqual(readWordVectorRecord(published), record);
    // The same may be published again, before and after it is read back; others may not, and may beside an encoder.
    notOverWordVectors(published, record.config, undefined, path.dirname(folder));
    notOverWordVectors(published, record.config, record);
    const others = { ...record, vectors: { ...record.vectors, sha256: 'others' } };
    await refuses(() => notOverWordVectors(published, record.config, others), 'mini has word vectors already', 'made by `npx medner word-vectors text.txt`', '--force', 'They are kept');
    await refuses(() => notOverWordVectors(published, { ...record.config, rows: 99 }, undefined, path.dirname(folder)), 'mini has word vectors already', '--name');
    await refuses(() => notOverWordVectors(published, record.config, undefined, scratch({})), 'mini has word vectors already');
    notOverWordVectors(scratch({ 'model.safetensors': 'weights' }), record.config, record);
    for (const name of Object.values(wordVectorFiles)) assert.equal(sha256File(path.join(published, name)), sha256File(path.join(folder, name)));
    assert.deepEqual(record.agreement.types.map(({ type, terms }) => [type, terms]), [['疾病', 30], ['症状', 40]]);
    const card = wordVectorCard(record);
    for (const part of ['    npx medner word-vectors text.txt\n', `${record.vectors.rows.toLocaleString('en')} vectors of 12`, 'skip-gram, window 3', `${record.text.counts.kept} passages`, '| 疾病 | 30 |', '| mean of the types | 70 |']) assert.ok(card.includes(part), part);
    assert.ok(!/undefined|NaN|null/.test(card));
    const { agreement: _agreement, ...unmeasured } = record;
    assert.ok(!wordVectorCard(unmeasured).includes('| type |'));
  });

  it('show the neighbours of medical words', () => {
    const matrix = Float32Array.of(0, 0, 1, 0, 0, 1, 1, 1, /* 高血压 */ 3, 0, /* 糖尿病 */ 2, 2, /* 发热 */ 0, 1);
    const vectors = new WordVectors([...specialWords, '高血压', '糖尿病', '发热'], matrix, 2);
    const rows = neighbourRows(vectors);
    assert.equal(new Set(medicalWords).size, 20);
    assert.deepEqual(rows.map(({ word }) => word), medicalWords);
    assert.deepEqual(rows.filter(({ neighbours }) => neighbours !== '(no vector)'), [
      { word: '高血压', neighbours: '糖尿病 0.71  发热 0.00' },
      { word: '糖尿病', neighbours: '高血压 0.71  发热 0.71' },
      { word: '发热', neighbours: '糖尿病 0.71  高血压 0.00' },
    ]);
    assert.throws(() => neighbourRows(vectors, ['发热'], 0), /at least 1/);
  });
});

describe('a run that takes finished word vectors', () => {
  const request: RunRequest = { variant: 'rw-egp', corpus: 'sample', profile: 'quick', seed: 0, set: ['corpus.trainDocuments=20'] };
  const vectors = (value: number): string => {
    const folder = scratch({});
    const words = [...specialWords, '患者', '肺炎', '咳嗽'];
    writePublishedWordVectors(folder, new WordVectors(words, Float32Array.from({ length: 6 * words.length }, (_, i) => (i < 6 ? 0 : value + i / 64)), 6));
    return folder;
  };
  const withVectors = (folder: string, ...more: string[]) =>
    resolveConfig({ ...request, set: [...request.set!, `wordVectors.pretrained=${folder}`, 'wordVectors.unlabelled=[]', ...more] });

  it('has them as they are, and says so in its record', async () => {
    const folder = vectors(0.5);
    const config = withVectors(folder);
    const { wordVectors: taken, wordVectorRecord: record, segmenter } = makeResources(config, await loadRunData(config.corpus));
    const { words, matrix, dimension } = readPublishedWordVectors(folder);
    assert.deepEqual([taken!.words, taken!.dimension, [...taken!.matrix]], [words, dimension, [...matrix]]);
    assert.ok(segmenter);
    assert.deepEqual({ ...record, hash: record!.hash.length }, { words: 7, dimension: 6, unlabelledLines: 0, leftOut: 0, hash: 64, pretrained: folder });
  });

  it('refuses text to train them on, and a folder that holds none', async () => {
    await refuses(() => resolveConfig({ ...request, set: [`wordVectors.pretrained=${vectors(0)}`] }), 'unlabelled names data/sample/unlabelled.txt', '--set wordVectors.unlabelled=[]');
    const config = withVectors('data/sample');
    await refuses(async () => makeResources(config, await loadRunData(config.corpus)), 'words.txt is not there');
  });

  it('has a key of their content, not of their name or of training that does not happen; null is none', async () => {
    const backend = { name: 'torch', device: 'cpu' } as Parameters<typeof runKey>[2];
    const data = await loadRunData(resolveConfig(request).corpus);
    const key = (config: ReturnType<typeof resolveConfig>): string => runKey(config, data, backend);
    const plain = resolveConfig(request);
    const folder = vectors(0.5);
    assert.equal(key(resolveConfig({ ...request, set: [...request.set!, 'wordVectors.pretrained=null'] })), key(plain));
    assert.ok(!Object.hasOwn(plain.wordVectors!, 'pretrained'));
    assert.equal(key(withVectors(folder)), key(withVectors(vectors(0.5), 'wordVectors.epochs=9')));
    const dictionary = path.join(scratch({ 'words.txt': '反复咳嗽\n' }), 'words.txt');
    assert.equal(new Set([plain, withVectors(folder), withVectors(vectors(0.25)), withVectors(folder, `wordVectors.dictionaries=["${dictionary}"]`)].map(key)).size, 4);
  });
});

describe('medner word-vectors', () => {
  async function medner(...words: string[]): Promise<string> {
    const program = new Command('medner').exitOverride();
    wordVectors.register(program);
    let written = '';
    const original = process.stdout.write;
    process.stdout.write = ((chunk: string) => (written += chunk) !== '') as typeof process.stdout.write;
    try {
      await program.parseAsync(['node', 'medner', ...words]);
    } finally {
      process.stdout.write = original;
    }
    return written;
  }

  it('makes what its record says, and the record names the command that does it', async () => {
    const file = source(`${text}\n行磁共振平扫与增强检查提示${process.pid}处占位`);
    const terms = scratch({ '甲.txt': lines.join('').slice(0, 50), '乙.txt': '乙' });
    const options = ['word-vectors', file, '--guard', 'sample', '--set', 'training.dimension=8', '--set', 'training.epochs=1', '--set', 'training.minCount=1'];
    const record = JSON.parse(await medner(...options, '--json'));
    const folder = inProject('results', 'runs', `word-vectors-${record.key}`);
    try {
      assert.ok(existsSync(path.join(folder, wordVectorRecordFile)));
      assert.deepEqual(record.config, checkWordVectorTraining({ ...tiny([file]), text: { sources: [file], corpora: [], guarded: ['sample'] }, training: { ...wordVectorDefaults.training, dimension: 8, epochs: 1, minCount: 1 } }));
      assert.equal(record.command, wordVectorCommand(record.config));
      assert.equal(record.command, `npx medner ${options.join(' ')}`);
      assert.match(await medner(...options), new RegExp(`read back; 100\\.0 % of the words have one\nrun word-vectors-${record.key}: `));
      await refuses(() => medner(...options, '--terms', path.join(terms, '甲.txt'), '--terms', path.join(terms, '乙.txt')), 'typed terms: of 2 types 0 have');
      await refuses(() => medner(...options, '--set', 'training.windows=3'), 'did you mean window');
      await refuses(() => medner(...options, '--name', 'medner-mini'), 'data/models/medner-mini has word vectors already', 'or write over it with --force');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
