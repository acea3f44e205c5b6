import assert from 'node:assert/strict';
import * as path from 'node:path';
import fc from 'fast-check';
import type { Document } from '../../lib/corpus';
import { dataBlocks, examplesFrom, findEntities, openModel, ReplyNotKept, typeName, type ChatMessage, type ChatModel } from '../../lib/llm';
import { removeScratch, scratch } from '../corpus/scratch';
import { FaultyServer, says } from './faulty-server';

const types = ['dis', 'sym', 'dru'].map(typeName);

const entity = fc.record({ start: fc.nat(3), length: fc.integer({ min: 1, max: 3 }), type: fc.constantFrom('dis', 'sym', 'dru', 'bod') })
  .map(({ start, length, type }) => ({ start, end: start + length, type }));
const documents = fc.uniqueArray(fc.record({ text: fc.string({ unit: fc.constantFrom('咳', '嗽', '发', '热', '痛'), minLength: 6, maxLength: 20 }), entities: fc.array(entity, { maxLength: 4 }) }), { selector: ({ text }) => text, maxLength: 12 })
  .map((list) => list.map((document, i): Document => ({ id: `d${i}`, ...document })));

describe('examples that cover the types', () => {
  const typesOf = (list: readonly Document[]): Set<string> => new Set(list.flatMap(({ entities }) => entities.map(({ type }) => type)));
  const chosen = (list: readonly Document[], count: number, seed = 0) => examplesFrom(list, { selection: 'covering', count, seed })('任何文字');

  it('are distinct marked documents, as many as there are, and show every type by as many of them as there are types', () => {
    fc.assert(fc.property(documents, fc.nat(6), fc.nat(3), (list, count, seed) => {
      const examples = chosen(list, count, seed);
      const marked = list.filter(({ entities }) => entities.length > 0);
      assert.equal(examples.length, Math.min(count, marked.length));
      assert.equal(new Set(examples).size, examples.length);
      for (const example of examples) assert.ok(marked.includes(example));
      // Each brings a type that is missing, as long as one is.
      if (count >= typesOf(marked).size) assert.deepEqual(typesOf(examples.slice(0, typesOf(marked).size)), typesOf(marked));
      assert.deepEqual(chosen(list, count, seed), examples);
      // A larger choice begins with the smaller one.
      assert.deepEqual(chosen(list, count + 1, seed).slice(0, count), examples);
    }), { numRuns: 500, seed: 2 });
  });

  it('are short ones, but for a type that only long ones show; another seed chooses others', () => {
    const of = (id: string, length: number, type: string): Document => ({ id, text: id + '咳'.repeat(length), entities: [{ start: 0, end: 1, type }] });
    const list = [of('a', 5, 'dis'), of('b', 6, 'dis'), of('c', 90, 'sym'), of('d', 80, 'dis'), of('e', 7, 'dru')];
    assert.deepEqual(new Set(chosen(list, 3).map(({ id }) => id).filter((id) => id !== 'a' && id !== 'b')), new Set(['c', 'e']));
    assert.equal(chosen(list, 3)[2].id, 'c');
    const many = Array.from({ length: 30 }, (_, i) => of(`m${i}`, 5, 'dis'));
    assert.notDeepEqual(chosen(many, 3, 1), chosen(many, 3, 2));
    assert.deepEqual(chosen([...many, ...many], 40).length, 30);
  });
});

describe('examples nearest to a text', () => {
  it('share most with it, the likest last', () => {
    const train = ['患者咳嗽三天', '阑尾炎术后', '咳嗽伴发热', '糖尿病'].map((text, i): Document => ({ id: `${i}`, text, entities: [] }));
    const examplesFor = examplesFrom(train, { selection: 'nearest', count: 2, seed: 0 });
    assert.deepEqual(examplesFor('反复咳嗽伴发热').map(({ id }) => id), ['0', '2']);
    assert.deepEqual(examplesFor('急性阑尾炎').map(({ id }) => id), ['1']);
    assert.deepEqual(examplesFor('骨折'), []);
  });
});

describe('entities by direct prompting', () => {
  afterEach(removeScratch);
  const train: Document[] = [{ id: 't', text: '发热，服阿司匹林。', entities: [{ start: 0, end: 2, type: 'sym' }, { start: 4, end: 8, type: 'dru' }] }];
  const examplesFor = examplesFrom(train, { selection: 'covering', count: 1, seed: 0 });
  const texts = [{ id: 'a', text: '咳嗽，再咳嗽，𠮷热。' }, { id: 'b', text: '无殊。' }];
  const answering = (...replies: string[]): ChatModel & { asked: (readonly ChatMessage[])[] } => {
    const asked: (readonly ChatMessage[])[] = [];
    return { name: 'tested', asked, chat: async ({ messages }) => ({ text: replies[asked.push(messages) - 1], usage: { prompt: 7, completion: 3 }, cached: false }) };
  };

  it('are those listed, the n-th listing at the n-th occurrence, and what cannot be taken is counted and not asked for again', async () => {
    const model = answering('实体：咳嗽，类型：临床表现\n实体：咳嗽，类型：临床表现\n实体：𠮷热，类型：疾病\n实体：咳嗽，类型：临床表现\n实体：胸痛，类型：临床表现\n实体：咳嗽，类型：部位', '我不知道');
    const done: number[] = [];
    const { documents: found, report } = await findEntities(texts, { model, types, examplesFor, onProgress: (count) => done.push(count) });
    assert.deepEqual(found, [
      { ...texts[0], entities: [{ start: 0, end: 2, type: 'sym' }, { start: 4, end: 6, type: 'sym' }, { start: 7, end: 9, type: 'dis' }] },
      { ...texts[1], entities: [] },
    ]);
    assert.deepEqual(report.leftOut, { 'few-shot-entities': { 'not-in-text': 2, 'unknown-type': 1, unreadable: 1 } });
    assert.deepEqual([report.requests, report.reasked, report.tokens], [2, 0, { prompt: 14, completion: 6 }]);
    assert.deepEqual(done, [1, 2]);
    // System, the example and its answer, the question.
    const [messages] = model.asked;
    assert.deepEqual(messages.map(({ role }) => role), ['system', 'user', 'assistant', 'user']);
    assert.deepEqual(messages.flatMap(({ content }) => dataBlocks(content).map(({ text }) => text)), [train[0].text, texts[0].text]);
    assert.equal(messages[2].content, '实体：发热，类型：临床表现\n实体：阿司匹林，类型：药物');
    assert.deepEqual((await findEntities(texts, { model: answering('无', '无'), types, examplesFor })).documents.map(({ entities }) => entities.length), [0, 0]);
  });

  it('name the document whose question fails; a reply that is not kept is told as such', async () => {
    const failing: ChatModel = { name: 'x', chat: async () => { throw new TypeError('a bug'); } };
    await assert.rejects(findEntities(texts, { model: failing, types, examplesFor }), TypeError);
    const server = await FaultyServer.start(says('无'));
    try {
      const folder = scratch({ 'llm.yaml': JSON.stringify({ models: [server.entry({ price: { prompt: 0, completion: 0 } }), server.entry({ name: 'small', context: 1100 })] }) });
      const open = (name: string, offline: boolean) => openModel(name, { models: path.join(folder, 'llm.yaml'), cache: path.join(folder, 'replies.jsonl'), offline }).model;
      await assert.rejects(findEntities(texts, { model: open('tested', true), types, examplesFor }), ReplyNotKept);
      await assert.rejects(findEntities(texts, { model: open('small', false), types, examplesFor }), (error: Error) => error.name === 'InputError' && /^document a: .*has a context of 1100/.test(error.message));
      assert.equal(server.connections, 0);
      await findEntities(texts, { model: open('tested', false), types, examplesFor });
      const { connections } = server;
      assert.equal((await findEntities(texts, { model: open('tested', true), types, examplesFor })).report.cached, 2);
      assert.equal(server.connections, connections);
    } finally {
      await server.stop();
    }
  });
});
