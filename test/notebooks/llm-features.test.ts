import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { sliceCodePoints } from '../../lib/common';
import { escapeHtml } from '../../lib/figures';
import { Budget, ChatClient, CostCeilingReached, extractFeatures, OfflineLexicon, parseKeywords } from '../../lib/llm';
import { conversationHtml, keywordPlaces, parsedRows, placesOnly, RecordedChat, serveLexicon } from '../../lib/notebook';

const text = '患者诊断为急性支气管炎，伴有发热，给予阿莫西林治疗。';

const lexicon = new OfflineLexicon();

describe('what a notebook shows of a chat model', () => {
  it('records every question and answer, and changes none', async () => {
    const plain = await extractFeatures(text, lexicon, { validate: true });
    const recorded = new RecordedChat(lexicon);
    assert.deepEqual(await extractFeatures(text, recorded, { validate: true }), plain);
    assert.deepEqual(recorded.turns.map(({ prompt }) => prompt), ['keywords', 'enhanced-text', 'parts-of-speech', 'relations', 'validation']);
    for (const { messages, reply } of recorded.turns) assert.equal((await lexicon.chat({ messages, temperature: 0.2, topP: 0.85, maxTokens: 1024 })).text, reply.text);
  });

  it('a made-up first reply is asked once more, with the reasons, and the model\'s own answer stands', async () => {
    const recorded = new RecordedChat(lexicon, { keywords: '关键词：肺癌，描述：恶性肿瘤' });
    assert.deepEqual(await extractFeatures(text, recorded), await extractFeatures(text, lexicon));
    const [first, second] = recorded.of('keywords');
    assert.deepEqual([first.invented, second.invented], [true, false]);
    assert.match(second.messages.at(-1)!.content, /原文中没有关键词“肺癌”/);
    assert.equal(second.messages.length, first.messages.length + 2);
  });

  it('a conversation is told to the letter, escaped; or its end', () => {
    const turn = { messages: [{ role: 'system' as const, content: '<b>' }, { role: 'user' as const, content: '问' }], reply: { text: 'a & b', usage: null, cached: false }, invented: true };
    const html = conversationHtml(turn);
    for (const part of [escapeHtml('<b>'), '问', escapeHtml('a & b'), 'made-up reply']) assert.ok(html.includes(part), part);
    assert.ok(!html.includes('<b></div>'));
    const end = conversationHtml(turn, 1);
    assert.ok(!end.includes(escapeHtml('<b>')) && end.includes('(after 1 before)'));
  });

  it('what a parser took and what not stands with its reason', () => {
    const rows = parsedRows(parseKeywords('关键词：发热，描述：体温升高\n关键词：咳嗽，描述：症状\n关键词：阿莫西林', text), ({ text: keyword, description }) => `${keyword}：${description}`);
    assert.deepEqual(rows.map(({ taken, what, cause }) => [taken, what, cause]), [['yes', '发热：体温升高', ''], ['no', '咳嗽', 'not-in-text'], ['no', '阿莫西林', 'missing-field']]);
    assert.match(rows[1].reason, /原文中没有关键词“咳嗽”/);
  });

  it('keywords are drawn where their words stand, in T and in T′ alike', async () => {
    const features = await extractFeatures(text, lexicon);
    const [original, enhanced] = keywordPlaces(features);
    assert.deepEqual([original.text, enhanced.text], [text, features.enhanced]);
    assert.ok(features.keywords.length > 2);
    for (const document of [original, enhanced]) {
      for (const { start, end, type } of document.entities) assert.equal(sliceCodePoints(document.text, start, end), features.keywords[Number(type.slice(1)) - 1].text);
    }
    assert.equal(original.entities.length, enhanced.entities.length);
    assert.deepEqual(keywordPlaces({ ...features, enhanced: null }).map(({ id }) => id), ['T']);
    assert.deepEqual(placesOnly('a', text, [{ start: 0, end: 2 }, { start: 0, end: 2 }, { start: 1, end: 2 }]).entities.map(({ start, end }) => [start, end]), [[0, 2], [1, 2]]);
  });

  it('the lexicon behind a server is asked once for the same thing, at its price, within a ceiling', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'medner-lexicon-server-'));
    const server = await serveLexicon({ prompt: 2, completion: 8 });
    try {
      const cache = path.join(folder, 'replies.jsonl');
      const client = new ChatClient(server.entry, { cache });
      const features = await extractFeatures(text, client);
      assert.deepEqual(features, await extractFeatures(text, lexicon));
      const { answered, cost, promptTokens, completionTokens } = client.progress;
      assert.deepEqual([answered, server.answered], [4, 4]);
      assert.ok(Math.abs(cost - (2 * promptTokens + 8 * completionTokens) / 1e6) < 1e-12);
      const again = new ChatClient(server.entry, { cache, budget: new Budget(0) });
      assert.deepEqual(await extractFeatures(text, again), features);
      assert.deepEqual([again.progress.cached, again.progress.cost, server.answered], [4, 0, 4]);
      await assert.rejects(extractFeatures(`${text}随访。`, again), CostCeilingReached);
    } finally {
      await server.close();
      rmSync(folder, { recursive: true });
    }
  });
});
