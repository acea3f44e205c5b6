import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { augment, checkAugmentConfig, type Candidate } from '../../lib/augment';
import { codePoints } from '../../lib/common';
import type { Document } from '../../lib/corpus';
import { loadRunData } from '../../lib/experiments/data';
import { augmentationIdentity } from '../../lib/experiments/augmentation';
import { resolveConfig } from '../../lib/experiments/profiles';
import { runIdentity } from '../../lib/experiments/run-key';
import {
  ChatInstances, chatSources, chatSourcesIdentity, ChatVerifier, dataBlocks, promptOf, type ChatMessage, type ChatModel,
} from '../../lib/llm';
import { refuses, removeScratch, scratch } from '../corpus/scratch';
import { FaultyServer, says } from './faulty-server';

function scripted(answer: (messages: readonly ChatMessage[], asked: number) => string): ChatModel & { asked: ChatMessage[][] } {
  const asked: ChatMessage[][] = [];
  return {
    name: 'scripted',
    concurrency: 4,
    asked,
    async chat({ messages }) {
      asked.push([...messages]);
      return { text: answer(messages, asked.length), usage: null, cached: false };
    },
  };
}

const text = '先予PTH，后咳嗽，再咳嗽，予布洛芬。';
const candidate = (term: string, type: string, nth = 0): Candidate => {
  let at = -1;
  for (let i = 0; i <= nth; i++) at = text.indexOf(term, at + 1);
  return { text, term, type, start: at, end: at + term.length };
};
const typeIds = ['sym', 'dru'];

describe('a chat model in remote supervision', () => {
  afterEach(removeScratch);

  it('names instances, with earlier ones among the examples, until it has nothing new', async () => {
    const counts: (string | undefined)[] = [];
    const model = scripted((messages, asked) => {
      counts.push(/列举(\d+)个“药物”类/.exec(messages[1].content)?.[1]);
      return asked > 2 ? '实体：药1\n实体：布洛芬' : Array.from({ length: 45 }, (_, i) => `实体：药${45 * (asked - 1) + i}`).join('\n');
    });
    const terms = await new ChatInstances(model).generate('dru', ['布洛芬'], 120);
    assert.deepEqual([terms.length, new Set(terms).size, terms[0], terms[89]], [90, 90, '药0', '药89']);
    assert.deepEqual(counts, ['50', '50', '30']);
    const [{ text: examples }] = dataBlocks(model.asked[1][1].content);
    assert.deepEqual(examples.split('\n').slice(0, 2), ['布洛芬', '药0']);
    assert.equal((await new ChatInstances(scripted(() => Array.from({ length: 30 }, (_, i) => `实体：药${i}`).join('\n'))).generate('dru', [], 7)).length, 7);
  });

  it('verifies each candidate at its place, in their order, and is undecided where its answers are of no use', async () => {
    const model = scripted((messages) => {
      const given = Object.fromEntries(dataBlocks(messages[1].content).map((block) => [block.name, block.text]));
      if (given.词语 === '布洛芬') return given.类型 === '药物' ? '判断：是，实体：布洛芬，类型：药物，置信度：0.97' : '判断：否，实体：布洛芬，类型：药物，置信度：0.9';
      if (given.次序 === '2') return '判断：否，实体：无，类型：无，置信度：0.8';
      return '难说。';
    });
    const verifier = new ChatVerifier(model, typeIds);
    const verdicts = await verifier.verify([candidate('布洛芬', 'dru'), candidate('咳嗽', 'sym'), candidate('咳嗽', 'sym', 1), candidate('布洛芬', 'sym'), candidate('PT', 'dru')]);
    const span = { start: text.indexOf('布洛芬'), end: text.indexOf('布洛芬') + 3 };
    assert.deepEqual(verdicts.map(({ confidence, ...rest }) => ({ confidence: Number(confidence.toFixed(6)), ...rest })), [
      { confidence: 0.97 },
      { confidence: 0, entity: 1 },
      { confidence: 0.2 },
      { confidence: 0.9, correction: { ...span, type: 'dru' } },
      { confidence: 0 },
    ]);
    assert.deepEqual(verifier.report.leftOut, { 'entity-verification': { unreadable: 1 } });
    // Five candidates less the one inside a Latin word, and one asked again.
    assert.equal(model.asked.length, 5);
  });

  it('stops asking after a failure', async () => {
    const failing: ChatModel = { name: 'failing', concurrency: 2, chat: () => Promise.reject(new Error(`question ${++asked}`)) };
    let asked = 0;
    await assert.rejects(new ChatVerifier(failing, typeIds).verify(Array.from({ length: 50 }, () => candidate('咳嗽', 'sym'))), /question 1/);
    assert.equal(asked, 2);
  });

  describe('of an augmentation', () => {
    const train: Document[] = Array.from({ length: 40 }, (_, i) => ({ id: `t${i}`, text: `第${i}例患者反复咳嗽，给予布洛芬治疗。`, entities: [] as Document['entities'] })).map(({ id, text: of }) => {
      const at = (term: string): number => codePoints(of.slice(0, of.indexOf(term))).length;
      return { id, text: of, entities: [{ start: at('咳嗽'), end: at('咳嗽') + 2, type: 'sym' }, { start: at('布洛芬'), end: at('布洛芬') + 3, type: 'dru' }] };
    });
    const scored: Document[] = [{ id: 's1', text: '近日应用秘密药丸后好转。', entities: [{ start: 4, end: 8, type: 'dru' }] }];
    const unlabelled = ['患儿出现咳嗽，医师给予布洛芬口服。', '本院另给予甲乙丙胶囊治疗咳嗽数日。', '家属自行使用秘密药丸治疗咳嗽数日。'];
    const config = (more: object = {}) => checkAugmentConfig({
      substitution: { documents: 0 }, joining: { documents: 0 }, sentences: { documents: 0 }, target: { shares: { sym: { short: 0.2 }, dru: { short: 0.3, medium: 0.5 } } },
      remote: { documents: 1, instances: 5, missed: 1, chat: { model: 'tested', ...more } }, scoredMentions: 'drop',
    });

    it('through the real client: what it names is guarded against leakage, what it confirms is annotated, and nothing is asked twice', async () => {
      const server = await FaultyServer.start((response, received) => {
        const { messages } = received.body;
        const given = Object.fromEntries(dataBlocks(messages[1].content).map((block) => [block.name, block.text]));
        const answer = promptOf(messages)!.name === 'entity-generation' ? '实体：秘密药丸\n实体：甲乙丙胶囊' : `判断：是，实体：${given.词语}，类型：${given.类型}，置信度：0.95`;
        says(answer)(response, received);
      });
      try {
        const folder = scratch({});
        const [models, cache] = ['llm.yaml', 'replies.jsonl'].map((name) => path.join(folder, name));
        writeFileSync(models, JSON.stringify({ models: [server.entry({ price: { prompt: 0, completion: 0 } })] }));
        const run = async (offline: boolean) => {
          const { instances, verifier, report } = chatSources(config().remote.chat!, typeIds, { models, cache, offline });
          const made = await augment(train, config(), { scored, unlabelled, instances, verifier, types: typeIds }, 1);
          return { made, report };
        };
        const { made: { documents, report }, report: asked } = await run(false);
        assert.deepEqual([report.sources.instances, report.sources.verifier], ['tested', 'tested']);
        assert.deepEqual(report.remote.instances.map(({ type, given, added, scored: hidden }) => [type, given, added, hidden]), [['dru', 2, 1, 1]]);
        const made = documents.filter(({ id }) => id.startsWith('remote-'));
        assert.deepEqual(made.map(({ text: of }) => of).sort(), [...unlabelled].sort());
        const capsule = made.find(({ text: of }) => of === unlabelled[1])!;
        assert.ok(capsule.entities.some(({ start, end, type }) => type === 'dru' && codePoints(capsule.text).slice(start, end).join('') === '甲乙丙胶囊'));
        assert.ok(documents.every(({ text: of, entities }) => entities.every(({ start, end }) => codePoints(of).slice(start, end).join('') !== '秘密药丸')));
        assert.ok(asked.requests > 3 && server.received.length > 3);
        const before = server.received.length;
        const again = await run(true);
        assert.deepEqual(again.made.documents, documents);
        assert.equal(server.received.length, before);
        await refuses(() => augment(train, { ...config(), scoredMentions: 'stop' }, { scored, unlabelled, ...chatSources(config().remote.chat!, typeIds, { models, cache, offline: true }), types: typeIds }, 1), 'leakage', 'tested gave "秘密药丸"', 'scoredMentions=drop');
      } finally {
        await server.stop();
      }
    });

    it('pays nothing unless a ceiling is set', async () => {
      const server = await FaultyServer.start(says('无'));
      try {
        const models = path.join(scratch({ 'llm.yaml': JSON.stringify({ models: [server.entry()] }) }), 'llm.yaml');
        const { instances } = chatSources(config().remote.chat!, typeIds, { models, cache: path.join(path.dirname(models), 'replies.jsonl') });
        await assert.rejects(instances!.generate('dru', [], 5), { name: 'CostCeilingReached', message: /passes the ceiling of 0\.00.*raise the ceiling/ });
        assert.equal(server.connections, 0);
      } finally {
        await server.stop();
      }
    });

    it('that llm.yaml does not have is told with what to do', async () => {
      const models = path.join(scratch({}), 'llm.yaml');
      await refuses(() => chatSources(config().remote.chat!, typeIds, { models }), 'remote.chat', 'the chat model tested cannot be asked', 'ENOENT', 'copy data/llm.example.yaml', 'offline-lexicon', 'without remote.chat');
    });

    it('is part of a run\'s key by what the server calls it, and absent no part of it', async () => {
      const without = resolveConfig({ variant: 'da-rw-egp', corpus: 'sample', profile: 'quick', seed: 1 });
      assert.ok(!JSON.stringify(without).includes('chat'));
      const identity = augmentationIdentity(without.augmentation!) as { remote: { chat?: object } };
      assert.equal(identity.remote.chat, undefined);
      const withChat = resolveConfig({ variant: 'da-rw-egp', corpus: 'sample', profile: 'quick', seed: 1, set: ['augmentation.remote.chat={"model":"offline-lexicon","verifier":false}'] });
      const data = await loadRunData(without.corpus);
      const backend = { name: 'torch', device: 'cpu' } as Parameters<typeof runIdentity>[2];
      const chat = (runIdentity(withChat, data, backend) as { augmentation: { remote: { chat: object } } }).augmentation.remote.chat;
      assert.deepEqual(chat, { model: 'offline-lexicon', body: {}, sampling: { temperature: 0.2, topP: 0.85, maxTokens: 1024 }, prompts: ['entity-generation@1'] });
      const server = await FaultyServer.start(says('无'));
      const models = path.join(scratch({ 'llm.yaml': JSON.stringify({ models: [server.entry({ body: { seed: 1 } })] }) }), 'llm.yaml');
      await server.stop();
      assert.deepEqual(chatSourcesIdentity({ model: 'tested', instances: true, verifier: true, ceiling: 9 }, models), {
        model: 'm-1', body: { seed: 1 }, sampling: { temperature: 0.2, topP: 0.85, maxTokens: 1024 }, prompts: ['entity-generation@1', 'entity-verification@1'],
      });
    });
  });
});
