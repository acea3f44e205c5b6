import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { inProject } from '../../lib/common';
import { backTranslate, ChatClient, extractCorpus, keyOf, LocalEntry, openModel, paperSampling, parseModels, sampleNucleus, translate, type ChatRequest, type ServerEntry } from '../../lib/llm';
import { localIdentity } from '../../lib/llm/local/local-entry';
import { translationPieces } from '../../lib/llm/local/pieces';
import { refuses, removeScratch, scratch } from '../corpus/scratch';

// Models whose answers are known, written by test/reference/local-models.py.
const folder = (name: string): string => inProject('test', 'reference', 'local-models', name);
const asking = (content: string, maxTokens = 20): ChatRequest => ({ messages: [{ role: 'user', content }], ...paperSampling, maxTokens });

describe('a chat model in a local folder', () => {
  afterEach(removeScratch);
  const client = (name: string, fields: Partial<LocalEntry> = {}): ChatClient =>
    new ChatClient(LocalEntry.parse({ name: 'tiny', folder: folder(name), context: 64, ...fields }), { cache: path.join(scratch({}), 'replies.jsonl') });

  it('is asked through its chat template, and answers equal requests alike', async () => {
    const one = client('chat');
    const reply = await one.chat({ messages: [{ role: 'system', content: '咳' }, { role: 'user', content: '咳嗽？' }], ...paperSampling, maxTokens: 20 });
    assert.match(reply.text, /^好的[甲乙]$/);
    // <|system|> 咳 <|user|> 咳 嗽 ？ <|assistant|>; three characters and the end.
    assert.deepEqual(reply.usage, { prompt: 7, completion: 4 });
    const drawn: string[] = [];
    for (let i = 0; i < 40; i++) drawn.push((await one.chat(asking('咳'.repeat(i + 1)))).text[2]);
    const share = drawn.filter((token) => token === '甲').length;
    // A fair coin is within 8 and 32 of 40 but once in ten thousand times.
    assert.ok(share >= 8 && share <= 32, drawn.join(''));
    const other = client('chat');
    for (const i of [3, 17, 30]) assert.equal((await other.chat(asking('咳'.repeat(i + 1)))).text[2], drawn[i]);
    assert.deepEqual([one.progress.answered, one.progress.cost, one.concurrency], [41, 0, 1]);
    assert.equal((await one.chat(asking('咳'))).cached, true);
  });

  it('tells where the token limit cut its reply, and stops when it is told to', async () => {
    const one = client('endless', { context: 1_000_000 });
    const { text, usage } = await one.chat(asking('咳嗽', 10));
    assert.match(text, /^好的[甲乙]好的[甲乙]好的[甲乙]好$/);
    assert.deepEqual([usage!.completion, one.progress.cut], [10, 1]);
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    await assert.rejects(one.chat(asking('咳嗽', 500_000), controller.signal), { name: 'Interrupted' });
  });

  it('loads nothing from elsewhere', async () => {
    const copy = scratch({});
    cpSync(folder('chat'), copy, { recursive: true });
    rmSync(path.join(copy, 'generation_config.json'));
    const { fetch } = globalThis;
    let fetched = 0;
    globalThis.fetch = (() => {
      fetched++;
      return Promise.reject(new Error('no network'));
    }) as typeof fetch;
    try {
      assert.match((await client('chat', { folder: copy }).chat(asking('咳'))).text, /^好的/);
    } finally {
      globalThis.fetch = fetch;
    }
    assert.equal(fetched, 0);
  });

  it('is refused with what is missing', async () => {
    const wrong = (fields: Partial<LocalEntry>, ...expected: (string | RegExp)[]) => refuses(async () => {
      await client('chat', fields).chat(asking('咳嗽？'));
    }, ...expected);
    await wrong({ folder: folder('nowhere') }, 'there is no such folder', 'ONNX export', 'Nothing is ever downloaded');
    await wrong({ dtype: 'q4' }, path.join('onnx', 'model_q4.onnx'), 'is not there', 'dtype q4');
    await wrong({ context: 24 }, 'the prompt has 5 tokens and the reply may have 20, but context is 24');
    const copy = scratch({});
    cpSync(folder('chat'), copy, { recursive: true });
    const settings = path.join(copy, 'tokenizer_config.json');
    writeFileSync(settings, JSON.stringify({ ...JSON.parse(readFileSync(settings, 'utf8')) as object, chat_template: undefined }));
    await wrong({ folder: copy }, 'neither has its tokenizer_config.json a chat_template', 'chat_template.jinja');
    writeFileSync(path.join(copy, 'chat_template.jinja'), '{% for message in messages %}<|{{ message.role }}|>{{ message.content }}{% endfor %}<|user|><|assistant|>');
    assert.equal((await client('chat', { folder: copy }).chat(asking('咳嗽？'))).usage!.prompt, 6);
    writeFileSync(path.join(copy, 'onnx', 'model.onnx'), 'rubbish');
    writeFileSync(settings, readFileSync(path.join(folder('chat'), 'tokenizer_config.json')));
    await assert.rejects(client('chat', { folder: copy }).chat(asking('咳')), { name: 'JobError', message: /^tiny \(/ });
  });

  it('is the same model wherever its folder lies, and another with other content', () => {
    const identity = (place: string, fields: object = {}) => localIdentity(LocalEntry.parse({ name: 'x', folder: place, context: 64, ...fields }));
    const [copy, changed] = [1, 2].map(() => path.join(scratch({}), 'chat'));
    for (const place of [copy, changed]) cpSync(folder('chat'), place, { recursive: true });
    assert.deepEqual(identity(copy), identity(folder('chat')));
    assert.deepEqual(identity(copy, { name: 'y', context: 9 }), identity(folder('chat')));
    writeFileSync(path.join(changed, 'tokenizer_config.json'), '{}');
    assert.notDeepEqual(identity(changed), identity(copy));
  });

  it('stands in llm.yaml by its folder, and refuses what is not a folder\'s', async () => {
    const server = { name: 's', baseURL: 'http://localhost:8000/v1', model: 'm', keyVariable: null, price: { prompt: 1, completion: 1 }, context: 4096 };
    const list = (...models: object[]): string => JSON.stringify({ models });
    const [local, served] = parseModels(list({ name: 'l', folder: 'data/models/qwen', context: 4096 }, server), 'llm.yaml');
    assert.deepEqual(local, { name: 'l', folder: 'data/models/qwen', dtype: 'fp32', context: 4096 });
    assert.equal(keyOf(served as ServerEntry), undefined);
    await refuses(() => parseModels(list({ name: 'l', folder: 'x', context: 4096, dtype: 'fp8' }), 'llm.yaml'), 'models.0.dtype (l)', 'fp32');
    await refuses(() => parseModels(list({ ...server, folder: 'x' }), 'llm.yaml'), 'models.0 (s)', 'baseURL');
    await refuses(() => parseModels(list({ name: 'offline-lexicon', folder: 'x', context: 9 }), 'llm.yaml'), 'the rule-based provider\'s name');
  });

  it('extracts as any other model does: what it says is checked', async () => {
    const place = scratch({ 'llm.yaml': JSON.stringify({ models: [{ name: 'tiny', folder: folder('chat'), context: 8192 }] }) });
    const { model, price } = openModel('tiny', { models: path.join(place, 'llm.yaml'), cache: path.join(place, 'replies.jsonl'), ceiling: 0 });
    const { totals } = await extractCorpus([{ id: 'd', text: '咳嗽。', entities: [] }], { model, price, corpus: 'notes', file: path.join(place, 'tiny.jsonl'), command: '' });
    // 好的甲 is neither keywords nor an enhanced text, the first time and the second.
    assert.deepEqual([totals.requests, totals.keywords, totals.leftOut], [4, 0, { 'enhanced-text': { unreadable: 1 }, keywords: { unreadable: 1 } }]);
    assert.equal(totals.cost, 0);
  });
});

describe('without the ONNX runtime', () => {
  it('says what to do', async () => {
    const script = `
      const Module = require('node:module');
      const load = Module._load;
      Module._load = (name, ...rest) => {
        if (name.startsWith('onnxruntime')) throw new Error('libonnxruntime.so.1: cannot open shared object file');
        return load(name, ...rest);
      };
      require(${JSON.stringify(inProject('lib', 'llm'))}).translate(['痛'], ${JSON.stringify(folder('there'))}).catch((error) => console.log(error.name, error.message));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', '--eval', script], { cwd: inProject() });
    assert.match(stdout, /^JobError local models need the ONNX runtime, which cannot be loaded here: libonnxruntime\.so\.1.*npm run setup.*baseURL/);
  });
});

describe('nucleus sampling', () => {
  const logits = fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 12 });

  it('has the probabilities of softmax over the smallest set that reaches top-p', () => {
    fc.assert(fc.property(logits, fc.double({ min: 0.1, max: 3, noNaN: true }), fc.double({ min: 0.05, max: 1, noNaN: true }), (scores, temperature, topP) => {
      const powers = scores.map((score) => Math.exp(score / temperature));
      const total = powers.reduce((sum, power) => sum + power, 0);
      const order = scores.map((_, i) => i).sort((a, b) => powers[b] - powers[a] || a - b);
      let size = 0;
      for (let reached = 0; size < order.length && (size === 0 || reached < topP - 1e-12); size++) reached += powers[order[size]] / total;
      const nucleus = order.slice(0, size);
      const mass = nucleus.reduce((sum, i) => sum + powers[i], 0);
      const draws = 2000;
      const counts = scores.map(() => 0);
      for (let i = 0; i < draws; i++) counts[sampleNucleus(scores, { temperature, topP }, (i + 0.5) / draws)]++;
      counts.forEach((count, i) => {
        const expected = nucleus.includes(i) ? powers[i] / mass : 0;
        assert.ok(Math.abs(count / draws - expected) < 2 / draws + 1e-9, `${i}: ${count / draws}, expected ${expected}`);
      });
    }), { numRuns: 60, seed: 7 });
  });

  it('takes the likeliest at temperature 0, the first of equals', () => {
    assert.equal(sampleNucleus([1, 3, 3, -Infinity], { temperature: 0, topP: 1 }, 0.99), 1);
    assert.equal(sampleNucleus([1, 3, 2.9], { temperature: 1, topP: 1e-6 }, 0.99), 1);
  });
});

describe('translation by local folders', () => {
  const there = folder('there');
  const back = folder('back');

  it('goes sentence by sentence, and back, keeping what stands between them', async () => {
    assert.deepEqual(await translate(['患者腹痛。头痛两天好转，患者咳嗽。'], there), ['abcd.edhijk,abfg.']);
    const texts = ['患者腹痛两天。\n\n头痛，  咳嗽好转。', '咳嗽', '', ' \n'];
    assert.deepEqual(await backTranslate(texts, { there, back }), ['患者腹疼两天。\n\n头疼，  咳嗽好转。', '咳嗽', '', ' \n']);
    assert.deepEqual(await backTranslate(texts, { there, back }), await backTranslate(texts, { there, back }));
  });

  it('leaves a sentence alone whose translation does not end, or which is too long to be read whole', async () => {
    assert.deepEqual(await translate(['患者腹痛。'], folder('circling')), ['患者腹痛。']);
    assert.deepEqual(await backTranslate(['患者腹痛。头痛'], { there: folder('circling'), back }), ['患者腹痛。头痛']);
    // The models read 24 tokens: these are parted at the comma, or cannot be parted.
    const long = '咳嗽'.repeat(9);
    assert.deepEqual(await backTranslate([`${long}，${long}痛。痛。`, `${'痛'.repeat(30)}。痛。`], { there, back }), [`${long}，${long}疼。疼。`, `${'痛'.repeat(30)}。疼。`]);
  });

  it('names what a folder lacks', async () => {
    await refuses(() => backTranslate(['痛'], { there, back: folder('chat') }), path.join('onnx', 'encoder_model.onnx'), 'Nothing is ever downloaded');
    await refuses(() => translate(['痛'], '/nowhere/opus-mt-zh-en'), 'there is no such folder');
  });

  it('pieces joined are the text, whatever it holds, and none is longer than need be', () => {
    const part = fc.constantFrom('。', '！', '”', '）', '\n', '\r\n', ' ', '\u3000', '，', '、', '痛', '咳嗽', '𠮷', 'PTH', ';', ',');
    fc.assert(fc.property(fc.array(part, { maxLength: 25 }).map((parts) => parts.join('')), fc.integer({ min: 1, max: 9 }), (text, most) => {
      const pieces = translationPieces(text, (of) => of.length <= most);
      assert.equal(pieces.map(({ text: piece, after }) => piece + after).join(''), text);
      for (const { text: piece } of pieces) {
        assert.equal(piece, piece.trim());
        if (piece.length > most) assert.doesNotMatch(piece.slice(0, -1), /[，、,]|[。！;](?![”）。！;])./u);
      }
    }), { numRuns: 3000, seed: 3 });
    assert.deepEqual(translationPieces('他说：“痛！”后来好转。', () => true).map(({ text }) => text), ['他说：“痛！”', '后来好转。']);
  });
});
