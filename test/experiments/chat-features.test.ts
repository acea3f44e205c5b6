import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { prepareBackend } from '../../lib/backend';
import { InputError } from '../../lib/common';
import { loadCorpus } from '../../lib/corpus';
import { loadRunData, newTextResources, resolveConfig, runFeatures, runKey, type ExperimentOutput, type ExperimentRequest, type Table } from '../../lib/experiments';
import { aLlmChoice, choiceScore } from '../../lib/experiments/a-llm-choice';
import { aValidation } from '../../lib/experiments/a-validation';
import {
  askedAsNow, ChatClient, dataBlocks, extractCorpus, featureCoverage, featureFile, featureFolder, featureProviders, loadFeatures, makeRetriever, OfflineLexicon, paperSampling, priceOf, promptOf,
  type FeatureProvider,
} from '../../lib/llm';
import { FaultyServer, says, type Behaviour } from '../llm/faulty-server';
import { refuses, removeScratch, scratch } from '../corpus/scratch';
import { smallCorpus, tiny } from './corpus';

const lexicon = new OfflineLexicon();

/**
 * A chat model with a voice of its own: it describes every keyword in its own words, differently when it is given entries, disowns the first keyword of each text and
 * every enhanced text beside an odd number of keywords, and answers some first questions on parts of speech with rubbish.
 */
const answers: Behaviour = async (response, received) => {
  const { messages } = received.body;
  const { name, retrieval } = promptOf(messages)!;
  let { text } = await lexicon.chat({ messages, ...paperSampling });
  if (name === 'keywords') text = text.replaceAll('描述：', retrieval ? '描述：据词条，' : '描述：按此文，');
  if (name === 'validation') {
    const judged = text.split('\n').filter((line) => line.startsWith('关键词'));
    text = text.replace(judged[0], judged[0].replace('判断：是', '判断：否'));
    if (judged.length % 2 === 1) text = text.replace('语义一致：是', '语义一致：否');
  }
  if (name === 'parts-of-speech' && messages.length === 2 && dataBlocks(messages[1].content)[0].text.codePointAt(0)! % 2 === 0) text = '不知道';
  return says(text, { usage: { prompt_tokens: 100, completion_tokens: 10 } })(response, received);
};

describe("experiments with chat models' features", function () {
  this.timeout(300_000);
  let server: FaultyServer;
  let folder: string;
  let corpus: string;
  let request: ExperimentRequest;
  let choice: ExperimentOutput;
  let validation: ExperimentOutput;
  /** Requests that each extraction made. */
  const made: Record<string, number> = {};

  before(async () => {
    server = await FaultyServer.start(answers);
    folder = scratch({});
    corpus = await smallCorpus(path.join(folder, 'tiny'), { train: 24, dev: 6, test: 6 });
    request = { corpus, profile: 'quick', seeds: [0], set: [...tiny, 'training.epochs=1'], runs: path.join(folder, 'runs') };
    const { splits } = await loadCorpus(corpus);
    const documents = [...splits.train!, ...splits.dev!, ...splits.test!];
    const extract = async (provider: string, model: string, options: { validate?: boolean; entries?: number; limit?: number } = {}): Promise<void> => {
      const [name] = provider.split('+');
      const entry = server.entry({ name, model, context: 16384 });
      const before = server.received.length;
      await extractCorpus(documents, {
        model: new ChatClient(entry, { cache: path.join(folder, 'replies.jsonl') }), price: priceOf(entry), corpus, file: featureFile(corpus, provider), command: `npx medner llm extract ${corpus} --model ${name}`,
        validate: options.validate, retriever: options.entries === undefined ? undefined : makeRetriever(options.entries), limit: options.limit,
      });
      made[provider] = server.received.length - before;
    };
    await extract('qwen', 'Qwen/Qwen-14B-Chat');
    await extract('qwen+validated', 'Qwen/Qwen-14B-Chat', { validate: true });
    await extract('qwen+retrieval', 'Qwen/Qwen-14B-Chat', { entries: 4 });
    await extract('half', 'gpt-4', { limit: 10 });
    choice = await aLlmChoice.run(request);
    validation = await aValidation.run(request);
  });
  after(async () => {
    await server.stop();
    rmSync(featureFolder(corpus), { recursive: true, force: true });
    removeScratch();
  });

  const cell = ({ columns, rows }: Table, label: string, header: string): string => {
    const row = rows.find(([first]) => first === label);
    assert.ok(row, `no row ${label}`);
    return row[columns.findIndex((column) => column.header === header)];
  };
  type ChoiceRow = { label: string; features: { content: string; totals: { requests: number; tokens: { prompt: number; completion: number } | null; reasked: number; rejected: object } }; runs: { key: string }[] };
  const rowsOf = (output: ExperimentOutput): ChoiceRow[] => (output.data as { rows: ChoiceRow[] }).rows;

  it('find every features file of the corpus, and the rule-based provider without one', () => {
    assert.deepEqual(featureProviders(corpus).map(({ provider }) => provider), ['offline-lexicon', 'offline-lexicon+validated', 'half', 'qwen', 'qwen+retrieval', 'qwen+validated']);
    assert.ok(featureProviders(corpus).every(({ identity }) => askedAsNow(identity)));
    assert.equal(aLlmChoice.runs(request), 4);
    assert.equal(aValidation.runs({ ...request, seeds: [0, 1] }), 8);
  });

  it('measure each provider, and say why the others are not run', () => {
    const [main] = choice.tables;
    assert.deepEqual(main.rows.map(([label, model]) => [label, model]), [
      ['offline-lexicon', 'none'], ['ChatGLM-6B-v1.1', '–'], ['ChatGPT-3.5-turbo', '–'], ['qwen', 'Qwen/Qwen-14B-Chat'], ['qwen+retrieval', 'Qwen/Qwen-14B-Chat'], ['half', 'gpt-4'],
    ]);
    assert.deepEqual(main.rows.map((row) => row[11]), ['1', '0', '0', '1', '1', '0']);
    assert.deepEqual(['ChatGLM-6B-v1.1', 'half'].map((label) => cell(main, label, 'verdict')), ['not run: no features', 'not run: 10 of 36 texts']);
    assert.ok(main.footnotes.some((note) => note === `half has features of 10 of the 36 texts of these runs; \`npx medner llm extract ${corpus} --model half\` goes on.`));
    assert.ok(main.footnotes.some((note) => /^ChatGPT-3\.5-turbo: no features; `npx medner llm extract .* --model NAME` makes them, .* model gpt-3\.5-turbo-0613\.$/.test(note)));
    assert.ok(choice.figure.data.length > 0);
    assert.ok(!JSON.stringify(choice.data).includes('按此文'), 'no text of a corpus in the results');
  });

  it("put the paper's figures beside its own models only, and never beside retrieval", async () => {
    const [qwen, retrieval] = ['qwen', 'qwen+retrieval'].map((name) => featureProviders(corpus).find(({ provider }) => provider === name)!);
    const called = (model: string): FeatureProvider => ({ ...qwen, identity: { ...qwen.identity, model: { model, body: {} } } });
    assert.deepEqual(['cmeee-v2', 'ccks2019', 'sample', corpus].map((name) => choiceScore(qwen, name)?.f1), [0.7896, 0.9387, 0.7896, undefined]);
    assert.equal(choiceScore(retrieval, 'cmeee-v2'), null);
    assert.deepEqual(['THUDM/chatglm-6b', 'gpt-3.5-turbo', 'ChatGLM-6B-v1.1'].map((name) => choiceScore(called(name), 'ccks2020')?.f1), [0.9617, 0.9638, 0.9617]);
    for (const other of ['THUDM/chatglm2-6b', 'glm-4-flash', 'gpt-4', 'gpt-3.5-turbo-0125', 'Qwen/Qwen1.5-14B-Chat', 'qwen-14b-chat-int4', 'offline-lexicon']) assert.equal(choiceScore(called(other), 'cmeee-v2'), null, other);

    // Of the embedded corpus CMeEE-V2's stand there for orientation, beside models that nobody has asked too.
    const { tables: [main] } = await aLlmChoice.run({ ...request, corpus: 'sample', set: [...request.set, ...['train=16', 'tuning=4', 'scored=4'].map((part) => `corpus.${part.replace('=', 'Documents=')}`)] });
    assert.deepEqual(main.rows[0].slice(7, 10), ['–', '–', '–']);
    const printed: Record<string, string[]> = { 'ChatGLM-6B-v1.1': ['78.81', '79.44', '79.12'], 'ChatGPT-3.5-turbo': ['78.54', '79.17', '78.85'], 'Qwen-14B-Chat': ['78.67', '79.26', '78.96'] };
    for (const row of main.rows) if (row[11] === '0' && printed[row[0]]) assert.deepEqual(row.slice(7, 10), printed[row[0]]);
  });

  it('tell what the features cost as the server counted it', () => {
    const [main, costs] = choice.tables;
    assert.equal(cell(main, 'qwen', 'calls'), String(made.qwen));
    // Parts of speech are asked without entries: those replies were in the cache, and count as they did when they were paid for.
    assert.ok(made['qwen+retrieval'] < made.qwen);
    assert.equal(cell(main, 'qwen+retrieval', 'calls'), String(made.qwen));
    // 100 and 10 tokens a call at 2 and 8 a million.
    assert.equal(cell(main, 'qwen', 'tokens'), (110 * made.qwen).toLocaleString('en-US'));
    assert.equal(cell(main, 'qwen', 'cost'), ((made.qwen * (100 * 2 + 10 * 8)) / 1e6).toPrecision(4));
    assert.deepEqual(['tokens', 'cost', 'rejects'].map((header) => cell(main, 'offline-lexicon', header)), ['–', '–', '0']);
    const rejects = Number(cell(main, 'qwen', 'rejects'));
    assert.ok(rejects > 0);
    assert.equal(cell(costs, 'qwen', 'asked again'), String(rejects), 'rubbish is one reject, and one more question');
    assert.deepEqual(choice.tables[2].rows.map((row) => row.slice(0, 4)), ['qwen', 'qwen+retrieval'].map((provider) => [provider, 'parts-of-speech', 'unreadable', String(rejects)]));
    assert.equal(cell(costs, 'qwen+retrieval', 'entries'), '4');
  });

  it('have runs of their own for every content, and one for equal contents', () => {
    const rows = rowsOf(choice);
    assert.equal(new Set(rows.map(({ features }) => features.content)).size, 3);
    assert.equal(new Set(rows.flatMap(({ runs }) => runs.map(({ key }) => key))).size, 3);
    assert.equal(choice.records.length, 3);
    assert.equal(new Set(validation.records.map(({ key }) => key)).size, 3, 'offline-lexicon twice the same; qwen twice');
  });

  it('give a file of the same name and another content another run', async () => {
    const config = resolveConfig({ variant: 'llm-medner', corpus, profile: 'quick', seed: 0, set: [...tiny, 'training.epochs=1', 'features.provider="qwen"'] });
    const data = await loadRunData(config.corpus);
    const backend = await prepareBackend({ quiet: true });
    const key = async (): Promise<string> => runKey(config, data, backend, (await runFeatures(config, data))!.record.content);
    assert.equal(await key(), rowsOf(choice).find(({ label }) => label === 'qwen')!.runs[0].key);
    const file = featureFile(corpus, 'qwen');
    const whole = readFileSync(file, 'utf8');
    type Line = { enhanced: string | null; keywords: { description: string; pos: string; enhanced: unknown[] }[]; relations: { text: string }[] };
    const changes: ((line: Line) => void)[] = [
      ({ keywords: [first] }) => { first.description += '。'; },
      // As long as what stood there.
      ({ keywords: [first] }) => { first.pos = first.pos === '名词' ? '动词' : '名词'; },
      ({ relations: [first] }) => { first.text += '。'; },
      ({ relations }) => { relations.pop(); },
      (line) => { Object.assign(line, { enhanced: null, keywords: line.keywords.map((keyword) => ({ ...keyword, enhanced: [] })) }); },
    ];
    const keys = [await key()];
    for (const change of changes) {
      const lines = whole.trimEnd().split('\n').map((line) => JSON.parse(line) as Line);
      change(lines.find(({ relations }) => relations.length > 0)!);
      writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
      keys.push(await key());
    }
    writeFileSync(file, whole);
    assert.equal(new Set(keys).size, keys.length);
    assert.equal(await key(), keys[0]);
  });

  it('give new texts their features where the model was asked about them, and say what to do with others', async () => {
    const config = resolveConfig({ variant: 'llm-medner', corpus, profile: 'quick', seed: 0, set: [...tiny, 'features.provider="qwen"'] });
    const [{ text }] = (await loadCorpus(corpus)).splits.test!;
    assert.equal((await newTextResources(config, [text, text]))!.featuresOf(text).text, text);
    await refuses(
      () => newTextResources(config, [text, '全新的文本。', '另一段。', '另一段。']),
      'qwen.jsonl has no features of 2 of the 3 texts, the first «全新的文本。…»', 'llm-medner with features of qwen', 'features.testEnhancement=false', 'features.provider=offline-lexicon', /^(?!.*llm extract)/,
    );
    await refuses(() => newTextResources({ ...config, features: { provider: 'gone', testEnhancement: true } }, ['另一段。']), 'gone.jsonl has no features of 1 of the 1 texts', /^(?!.*llm extract)/);
    assert.deepEqual((await newTextResources({ ...config, features: { provider: 'qwen', testEnhancement: false } }, ['另一段。']))!.featuresOf('另一段。').keywords, []);
  });

  it('compare features as answered with validated ones, text by text', async () => {
    assert.ok(made['qwen+validated'] <= 36, 'the first answers come from the cache');
    const [main, effect] = validation.tables;
    assert.deepEqual(main.rows.map(([label]) => label), ['offline-lexicon', 'offline-lexicon+validated', 'qwen', 'qwen+validated', 'LLM-MedNER (no validation)', 'LLM-MedNER (quality validation)']);
    assert.equal(cell(main, 'offline-lexicon+validated', 'verdict'), 'equal features: the same runs');
    assert.equal(cell(main, 'offline-lexicon+validated', 'Δ as answered'), '+0.00');
    assert.equal(cell(main, 'LLM-MedNER (quality validation)', 'verdict'), 'not run: no features');
    assert.ok(main.footnotes.some((note) => /^offline-lexicon\+validated does answer the validation prompt, .* it judged 36 enhanced texts, \d+ keywords and \d+ relations and disowned none of them/.test(note)));
    assert.ok(main.footnotes.some((note) => note.startsWith('half has features of 10 of the 36')));
    assert.ok(main.footnotes.some((note) => note.startsWith('qwen+retrieval stands alone: its model\'s features with validation')));

    const { splits } = await loadCorpus(corpus);
    const texts = [...splits.train!, ...splits.dev!, ...splits.test!].map(({ text }) => text);
    const { features } = await loadFeatures(texts, { corpus, provider: 'qwen' });
    const withKeywords = features.filter(({ keywords }) => keywords.length > 0);
    const of = (list: { length: number }[]): number => list.reduce((sum, { length }) => sum + length, 0);
    const went = features.map(({ relations }) => relations.filter(({ first, second }) => first === 0 || second === 0));
    assert.deepEqual(effect.rows[1].slice(1, 10), [
      '36', String(withKeywords.length),
      `${features.filter(({ keywords }) => keywords.length % 2 === 1).length} of 36`,
      `${withKeywords.length} of ${of(features.map(({ keywords }) => keywords))}`,
      `${of(went)} of ${of(features.map(({ relations }) => relations))}`, String(of(went)),
      String(withKeywords.length + features.filter(({ keywords }) => keywords.length % 2 === 1).length), '0', '0',
    ]);
    assert.equal(cell(effect, 'qwen+validated', 'calls'), `+${made['qwen+validated']}`);
    const { pairs, rows } = validation.data as { pairs: { plain: string; validated: string; equal: boolean }[]; rows: { label: string; runs: { key: string }[] }[] };
    assert.deepEqual(pairs.map(({ plain, validated, equal }) => [plain, validated, equal]), [['offline-lexicon', 'offline-lexicon+validated', true], ['qwen', 'qwen+validated', false]]);
    assert.deepEqual(rows.map(({ label, runs }) => [label, runs.length]), main.rows.slice(0, 4).map(([label]) => [label, 1]));
  });

  it('refuse a request that names the provider, and a file without a record; tell of another wording', async () => {
    for (const assignment of ['features.provider=qwen', 'features={"provider":"qwen"}']) {
      await assert.rejects(aLlmChoice.run({ ...request, set: [...request.set, assignment] }), (error: Error) => error instanceof InputError && /differ by features\.provider/.test(error.message));
    }
    assert.throws(() => featureCoverage([], { corpus, provider: 'nobody' }), InputError);
    // A record of another wording is told: here, by hand.
    const place = featureFile(corpus, 'qwen').replace('.jsonl', '.json');
    const record = readFileSync(place, 'utf8');
    writeFileSync(place, record.replace(/"wording": "[0-9a-f]{4}/, '"wording": "0000'));
    const { tables: [{ footnotes }] } = await aLlmChoice.run(request);
    writeFileSync(place, record);
    assert.ok(footnotes.some((note) => note.startsWith('qwen was asked in another wording (keywords@1, enhanced-text@1, parts-of-speech@1, relations@1) than')));
    const stray = featureFile(corpus, 'stray');
    writeFileSync(stray, '');
    await refuses(() => aLlmChoice.run(request), 'stray.json: cannot be read');
    rmSync(stray);
  });
});
