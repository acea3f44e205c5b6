import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { inProject } from '../../lib/common';
import { ChatClient, paperSampling, ReplyCache, requestKey, type KeptReply, type KeptRequest } from '../../lib/llm';
import { removeScratch, scratch } from '../corpus/scratch';
import { FaultyServer, NotedClock, says } from './faulty-server';

function record(question: string, text = `回答${question}`): KeptReply {
  const request: KeptRequest = { model: 'm-1', messages: [{ role: 'user', content: question }], ...paperSampling, body: {} };
  return { key: requestKey(request), request, reply: { text, usage: { prompt: 10, completion: 5 } }, finish: 'stop', cost: 0.5, at: '2026-01-01T00:00:00.000Z' };
}

describe('the cache of replies', () => {
  let file: string;
  beforeEach(() => {
    file = path.join(scratch({}), 'made', 'replies.jsonl');
  });
  afterEach(removeScratch);

  it('gives back what was added, to a new reader and to one that is open, whatever is in it', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 8 }), (questions) => {
        file = path.join(scratch({}), 'replies.jsonl');
        const open = new ReplyCache(file);
        assert.equal(open.get(record('x').key), undefined);
        const writer = new ReplyCache(file);
        for (const question of questions) writer.add(record(question));
        for (const question of questions) for (const cache of [open, writer, new ReplyCache(file)]) assert.deepEqual(cache.get(record(question).key), record(question));
        assert.equal(open.damaged, 0);
      }),
      { numRuns: 20 },
    );
  });

  it('depends on nothing but model, messages and parameters', () => {
    const { request } = record('一');
    // sha256sum of {"body":{},"maxTokens":1024,"messages":[{"content":"一","role":"user"}],"model":"m-1","temperature":0.2,"topP":0.85}
    assert.equal(requestKey(request), 'da0cf07d57d41ee6be8aa9e6302c0cdb46fdad5b74671afa9ec48568407a3e23');
    assert.equal(requestKey({ body: {}, ...paperSampling, messages: [{ content: '一', role: 'user' }], model: 'm-1' }), requestKey(request));
  });

  it('passes over a record cut anywhere, keeps the others, and takes the record written anew', () => {
    const whole = Buffer.byteLength(`\n${JSON.stringify(record('二'))}\n`);
    for (let cut = 1; cut < whole; cut += 29) {
      file = path.join(scratch({}), 'replies.jsonl');
      const writer = new ReplyCache(file);
      writer.add(record('一'));
      writer.add(record('二'));
      truncateSync(file, readFileSync(file).length - cut);
      const cache = new ReplyCache(file);
      // All but the final line feed: the record is whole, but another may be writing it; it is there once a line follows.
      assert.equal(cache.get(record('二').key), undefined, `cut by ${cut}`);
      assert.deepEqual(cache.get(record('一').key), record('一'));
      cache.add(record('二'));
      cache.add(record('三'));
      const next = new ReplyCache(file);
      for (const question of ['一', '二', '三']) assert.deepEqual(next.get(record(question).key), record(question));
    }
  });

  it('takes a line whose end comes later', () => {
    const line = JSON.stringify(record('一'));
    file = path.join(scratch({ 'replies.jsonl': line.slice(0, 50) }), 'replies.jsonl');
    const cache = new ReplyCache(file);
    assert.equal(cache.get(record('一').key), undefined);
    appendFileSync(file, line.slice(50) + '\n');
    assert.deepEqual(cache.get(record('一').key), record('一'));
    assert.equal(cache.damaged, 0);
  });

  it('believes no line whose request is another', () => {
    file = path.join(scratch({}), 'replies.jsonl');
    writeFileSync(file, [JSON.stringify({ ...record('一'), key: record('二').key }), 'null', '{}', 'text', ''].join('\n'));
    const cache = new ReplyCache(file);
    assert.deepEqual([cache.get(record('一').key), cache.get(record('二').key), cache.damaged], [undefined, undefined, 4]);
  });

  describe('with processes', () => {
    let server: FaultyServer;
    afterEach(() => server.stop());
    const script = inProject('test', 'llm', 'ask-many.ts');
    const askMany = (first: number, last: number) =>
      spawn(process.execPath, ['--require', 'tsx/cjs', script, server.address, file, String(first), String(last)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const asked = (): string[] => server.received.map(({ body }) => body.messages[0].content);
    const client = () => new ChatClient(server.entry(), { cache: file, clock: new NotedClock() });

    it('keeps every record of several writers', async () => {
      // Long enough that a record is more than a page.
      server = await FaultyServer.start((response, received) => says(received.body.messages[0].content.repeat(5000))(response, received));
      const children = [0, 1, 2].map((i) => askMany(20 * i, 20 * i + 19));
      for (const child of children) child.stdout.resume();
      assert.deepEqual(await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as unknown)), [0, 0, 0]);
      const cache = new ReplyCache(file);
      const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line) as KeptReply);
      assert.equal(lines.length, 60);
      for (const line of lines) assert.equal(cache.get(line.key)?.reply.text, line.request.messages[0].content.repeat(5000));
      assert.equal(cache.damaged, 0);
    });

    it('asks once what several processes ask at the same time, and after one of them is killed', async () => {
      let held: () => void = () => undefined;
      const first = new Promise<void>((resolve) => (held = resolve));
      server = await FaultyServer.start(held, (response, received) => setTimeout(() => says('好')(response, received), 20));
      // The first is killed with its claim in hand and its call unanswered.
      const killed = askMany(1, 10);
      await first;
      killed.kill('SIGKILL');
      await once(killed, 'exit');
      assert.equal(readdirSync(`${file}.asking`).length, 1);
      const children = [1, 2, 3].map(() => askMany(1, 10));
      for (const child of children) child.stdout.resume();
      assert.deepEqual(await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as unknown)), [0, 0, 0]);
      assert.deepEqual(asked(), ['问1', ...Array.from({ length: 10 }, (_, i) => `问${i + 1}`)]);
      assert.deepEqual(readdirSync(`${file}.asking`), []);
    });

    it('pays nothing twice after a kill at any point', async () => {
      server = await FaultyServer.start(says('好'.repeat(3000)));
      for (const told of [1, 4, 8]) {
        const child = askMany(1, 1000);
        let lines = 0;
        await new Promise<void>((resolve) => child.stdout.on('data', (chunk: Buffer) => {
          lines += chunk.toString().split('\n').length - 1;
          if (lines >= told) resolve();
        }));
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      // A call under way at a kill was never seen to be answered: one a kill may be made again.
      const before = asked();
      assert.ok(before.length - new Set(before).size <= 3, `asked twice: ${before.length - new Set(before).size}`);
      const kept = readFileSync(file, 'utf8').split('\n').filter((line) => line.endsWith('}')).length;
      assert.ok(kept >= 8 && kept <= before.length);
      const again = client();
      for (let i = 1; i <= kept; i++) {
        const { cached } = await again.chat({ messages: [{ role: 'user', content: `问${i}` }], temperature: 0.2, topP: 0.85, maxTokens: 64 });
        assert.equal(cached, true, `question ${i}`);
      }
      assert.equal(asked().length, before.length);
    });
  });
});
