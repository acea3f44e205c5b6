import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { prepareBackend } from '../../lib/backend';
import { InputError, Interrupted } from '../../lib/common';
import {
  bareFeatures, channelResources, checkConfig, loadPredictor, loadRunData, reportedScore, resolveConfig, run, runFeatures, runIdentity, runKey, trainingDocuments, type RunResult,
} from '../../lib/experiments';
import { loadFeatures } from '../../lib/llm';
import { smallCorpus, tiny } from './corpus';

/** A cross attention of 8 heads wants a width of 8 at least; without dropout a dozen updates show that it learns. */
const set = [...tiny, 'training.epochs=6', 'model.channels.dropout=0'];

describe("a run with a chat model's features", () => {
  let folder: string;
  let corpus: string;
  let runs: string;
  let first: RunResult;
  const config = (...more: string[]) => resolveConfig({ variant: 'llm-medner', corpus, profile: 'quick', seed: 0, set: [...set, ...more] });
  const predictionsOf = (place: string): object[] => readFileSync(path.join(place, 'predictions.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as object);

  before(async function () {
    this.timeout(240_000);
    folder = mkdtempSync(path.join(tmpdir(), 'medner-features-'));
    runs = path.join(folder, 'runs');
    corpus = await smallCorpus(path.join(folder, 'tiny'));
    first = await run(config(), { runs });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('learns, and its record tells who told the features, asked how, and both scorings', () => {
    const { features, flatGold, scores, training, data } = first.record;
    const [start] = training.losses;
    const last = training.losses[training.losses.length - 1];
    assert.ok(last.loss < 0.75 * start.loss, `loss ${start.loss} at first, ${last.loss} in the end`);
    assert.equal(features!.provider, 'offline-lexicon');
    assert.ok('prompts' in features!);
    assert.deepEqual([...features.prompts].sort(), ['enhanced-text@1', 'keywords@1', 'parts-of-speech@1', 'relations@1']);
    assert.match(features.content, /^[0-9a-f]{64}$/);
    const { nested } = data.unrepresentable.scored;
    const gold = (score: { tp: number; fn: number }): number => score.tp + score.fn;
    assert.equal(gold(scores.scored.micro) - gold(flatGold!.scored), nested);
  });

  it('cut off and continued ends with the same bits', async function () {
    this.timeout(240_000);
    const elsewhere = path.join(folder, 'again');
    const stop = new AbortController();
    await assert.rejects(run(config(), { runs: elsewhere, signal: stop.signal, hooks: { onStep: ({ step }) => { if (step === 7) stop.abort(); } } }), Interrupted);
    const { record } = await run(config(), { runs: elsewhere });
    assert.equal(record.training.resumed, 1);
    assert.equal(record.weights, first.record.weights);
    assert.deepEqual(record.scores, first.record.scores);
  });

  it('predicts new texts with features by the same provider, as it predicted the scored ones', async () => {
    const predictor = await loadPredictor(first.folder);
    const { parts } = await loadRunData(config().corpus);
    assert.deepEqual((await predictor.predict(parts.scored)).map(({ id, entities }) => ({ id, entities })), predictionsOf(first.folder));
    await predictor.predict([{ id: 'long', text: parts.scored.map(({ text }) => text).join('').repeat(2) }]);
    predictor.dispose();
  });

  it('without features in scoring takes a text for its own enhanced text, in prediction too', async function () {
    this.timeout(240_000);
    const bare = config('features.testEnhancement=false');
    const data = await loadRunData(bare.corpus);
    const features = await runFeatures(bare, data);
    assert.equal(features!.record.documents, new Set(data.parts.train.map(({ text }) => text)).size);
    const [{ text }] = data.parts.scored;
    assert.deepEqual(channelResources(bare, features, 'scored')!.featuresOf(text), bareFeatures(text));
    assert.ok(channelResources(bare, features, 'train')!.featuresOf(data.parts.train[0].text).enhanced);
    const result = await run(bare, { runs });
    assert.notEqual(result.record.key, first.record.key);
    const predictor = await loadPredictor(result.folder);
    assert.deepEqual((await predictor.predict(data.parts.scored)).map(({ id, entities }) => ({ id, entities })), predictionsOf(result.folder));
    predictor.dispose();
  });

  it('has features of the documents that a traditional method adds', async () => {
    const masked = config('traditional={"method":"masking"}');
    const data = await loadRunData(masked.corpus);
    const { documents, traditional } = await trainingDocuments(masked, data);
    assert.ok(traditional!.made > 0 && documents.length === data.parts.train.length + traditional!.made);
    const features = (await runFeatures(masked, data))!;
    for (const { text } of documents) assert.equal(features.of('train', text).text, text);
  });

  it('has a key of what the features say, not of who says it', async () => {
    const backend = await prepareBackend({ quiet: true });
    const data = await loadRunData(config().corpus);
    const { record } = (await runFeatures(config(), data))!;
    assert.equal(runKey(config(), data, backend, record.content), first.record.key);
    assert.equal(runKey({ ...config(), features: { provider: 'other', testEnhancement: true } }, data, backend, record.content), first.record.key);
    assert.notEqual(runKey(config(), data, backend, 'other'), first.record.key);
    assert.throws(() => runKey(config(), data, backend), /wants their hash/);
    // Character vectors stand in the encoder's place: its fields count for nothing there.
    const identity = runIdentity(resolveConfig({ variant: 'cnn-crf', corpus, profile: 'quick', seed: 0 }), data, backend) as { model: { encoder?: object } };
    assert.equal(identity.model.encoder, undefined);
  });

  it('by a traditional method has its texts in the second channel and nothing at keywords, and predicts new texts from what it keeps', async function () {
    this.timeout(240_000);
    const masked = config('features.provider=traditional:masking', 'model.channels.features=[]', 'training.epochs=1');
    const data = await loadRunData(masked.corpus);
    const features = (await runFeatures(masked, data))!;
    const texts = Object.values(data.parts).flat().map(({ text }) => text);
    assert.deepEqual({ ...features.record, content: '', method: {} }, { provider: 'traditional:masking', method: {}, documents: new Set(texts).size, changed: texts.length, content: '' });
    for (const part of ['train', 'tuning', 'scored'] as const) for (const { text } of data.parts[part]) assert.match(features.of(part, text).enhanced!, /\[MASK\]/);
    const { record, folder: place } = await run(masked, { runs });
    assert.deepEqual(record.features, features.record);
    // Features are made anew, of the terms in the run's folder alone: with a training document's texts as with any other.
    const predictor = await loadPredictor(place);
    assert.deepEqual((await predictor.predict(data.parts.scored)).map(({ id, entities }) => ({ id, entities })), predictionsOf(place));
    await predictor.predict([{ id: 'new', text: '患者发热三天，伴咳嗽。' }, { id: 'empty', text: '' }]);
    predictor.dispose();
    rmSync(path.join(place, 'known-terms.json'));
    await assert.rejects(loadPredictor(place), (error: Error) => error instanceof InputError && /known-terms\.json is missing/.test(error.message));
  });

  it('by a traditional method has a key of the method and of what training documents mark, and of nothing that scored ones do', async () => {
    const backend = await prepareBackend({ quiet: true });
    const data = await loadRunData(config().corpus);
    const key = async (provider: string, documents = data): Promise<string> => {
      const of = config(`features.provider=${provider}`);
      return (await runFeatures(of, documents))!.record.content + runKey(of, data, backend, (await runFeatures(of, documents))!.record.content);
    };
    const keys = await Promise.all(['masking', 'replacement', 'synonyms'].map((method) => key(`traditional:${method}`)));
    assert.equal(new Set(keys).size, 3);
    const unmarked = (part: 'train' | 'scored') => ({
      ...data, parts: { ...data.parts, [part]: data.parts[part].map((document) => ({ ...document, entities: [] })) },
      records: { ...data.records, [part]: { ...data.records[part], content: `unmarked ${part}` } },
    });
    assert.equal(await key('traditional:replacement', unmarked('scored')), keys[1]);
    assert.notEqual(await key('traditional:replacement', unmarked('train')), keys[1]);
    assert.throws(() => config('features.provider=traditional:maskin'), (error: Error) => error instanceof InputError && /did you mean traditional:masking\?/.test(error.message));
  });

  it('by a provider that is not there is refused', async () => {
    await assert.rejects(run(config('features.provider=nobody'), { runs }), (error: Error) => error instanceof InputError && /there are no features of nobody .*llm extract .*tiny --model nobody/.test(error.message));
    await assert.rejects(loadFeatures(['咳嗽'], { corpus: 'sample', provider: 'nobody' }), InputError);
  });
});

describe('the configuration of paper A\'s rows', () => {
  const of = (variant: string, ...assignments: string[]) => resolveConfig({ variant, corpus: 'sample', profile: 'quick', seed: 0, set: assignments });

  it('has features where the model reads some, and nowhere else', () => {
    assert.deepEqual(of('llm-medner').features, { provider: 'offline-lexicon', testEnhancement: true });
    for (const variant of ['llm-medner-wo-enhanced-text', 'llm-medner-wo-keywords', 'llm-medner-span']) assert.ok(of(variant).features, variant);
    for (const variant of ['llm-medner-single-channel', 'bert', 'cnn-crf']) assert.equal('features' in of(variant), false, variant);
    assert.equal('features' in of('bert', 'features={"provider":"x"}'), false);
    assert.throws(() => of('llm-medner-single-channel', 'model.channels.second=enhanced'), /reads a chat model's features/);
    assert.ok(of('llm-medner-single-channel', 'model.channels.second=enhanced', 'features={}').features);
    assert.throws(() => checkConfig({ ...of('llm-medner'), features: { provider: 'x', tests: true } }), /features/);
  });

  it('has no weights for characters, whose vocabulary is the corpus\'s own', () => {
    const { model, tokenization } = of('bilstm-crf');
    assert.equal(model.encoder.weights, undefined);
    assert.equal(tokenization.vocabulary, 'data/vocabulary/sample.txt');
    assert.throws(() => of('bilstm-crf', 'model.encoder.weights=data/models/medner-mini'), /weights .* have none/);
    assert.throws(() => of('bilstm-crf', 'training.adversarial=1'), /this model has none/);
  });

  it('takes paper A\'s settings in the paper profile', () => {
    const paper = (variant: string) => resolveConfig({ variant, corpus: 'cmeee-v2', profile: 'paper', seed: 0, set: ['model.encoder.weights=null'] });
    const { tokenization, training, model } = paper('llm-medner');
    assert.deepEqual([tokenization.maxLength, training.batchSize, training.learningRate.encoder, training.weightDecay, model.channels!.dropout], [512, 16, 2e-5, 0.01, 0.3]);
    assert.deepEqual([paper('bert').tokenization.maxLength, paper('bert').training.batchSize], [256, 8]);
  });

  it('finds what either paper prints', () => {
    assert.equal(reportedScore('bert', 'ccks2020')!.paper, 'da-rw-egp');
    assert.equal(reportedScore('bert', 'ccks2020', 'llm-medner')!.f1, 0.9158);
    assert.equal(reportedScore('llm-medner', 'cmeee-v2')!.f1, 0.7912);
    assert.equal(reportedScore('llm-medner-wo-conv', 'ccks2019')!.f1, 0.9382);
    assert.equal(reportedScore('rw-egp', 'cmeee-v2', 'llm-medner'), null);
    assert.equal(reportedScore('llm-medner-span', 'cmeee-v2'), null);
  });
});
