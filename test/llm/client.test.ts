import assert from 'node:assert/strict';
import * as path from 'node:path';
import { Budget, ChatClient, paperSampling, ReplyCache, type ChatClientOptions, type ChatProgress, type ChatRequest, type ModelEntry } from '../../lib/llm';
import { refuses, removeScratch, scratch } from '../corpus/scratch';
import { fails, faults, FaultyServer, NotedClock, says, type Behaviour } from './faulty-server';

const asking = (text: string): ChatRequest => ({ messages: [{ role: 'user', content: text }], ...paperSampling });

describe('a chat client', () => {
  let server: FaultyServer;
  let clock: NotedClock;
  let file: string;

  const start = async (...script: Behaviour[]): Promise<void> => {
    server = await FaultyServer.start(...script);
    clock = new NotedClock();
    file = path.join(scratch({}), 'replies.jsonl');
  };
  const client = (options: Partial<ChatClientOptions> = {}, entry: Partial<ModelEntry> = {}) => new ChatClient(server.entry(entry), { cache: file, clock, ...options });

  afterEach(async () => {
    await server.stop();
    removeScratch();
  });

  it('sends what is asked, and gives text, usage and cost', async () => {
    await start(says('肺炎'));
    const seen: ChatProgress[] = [];
    const asked = client({ onProgress: (progress) => seen.push(progress) }, { body: { enable_thinking: false } });
    const reply = await asked.chat({ messages: [{ role: 'system', content: '你是医生' }, { role: 'user', content: '咳嗽' }], ...paperSampling });
    assert.deepEqual(reply, { text: '肺炎', usage: { prompt: 100, completion: 20 }, cached: false });
    assert.deepEqual(server.received[0].body, {
      model: 'm-1',
      messages: [{ role: 'system', content: '你是医生' }, { role: 'user', content: '咳嗽' }],
      temperature: 0.2,
      top_p: 0.85,
      max_tokens: 1024,
      enable_thinking: false,
    });
    // 100 · 2 + 20 · 8 millionths.
    assert.deepEqual(seen, [{ answered: 1, cached: 0, retries: 0, cut: 0, promptTokens: 100, completionTokens: 20, cost: 360e-6, unsettled: 0 }]);
  });

  for (const [name, fault] of Object.entries(faults)) {
    // What is silent takes its time limit.
    const times = name.startsWith('silence') ? 1 : 2;
    it(`asks again after ${name}`, async () => {
      await start(...Array.from({ length: times }, () => fault), says('好'));
      const asked = client({}, { timeoutSeconds: times === 1 ? 1 : 5 });
      assert.equal((await asked.chat(asking('问'))).text, '好');
      assert.equal(server.received.length, times + 1);
      assert.equal(asked.progress.retries, times);
      // 1 and 2 seconds, of which jitter leaves a half at least.
      assert.equal(clock.waits.length, times);
      for (const [i, wait] of clock.waits.entries()) assert.ok(wait >= 2 ** i / 2 && wait < 2 ** i, `wait ${i} is ${wait}`);
    });
  }

  for (const status of [408, 409, 429, 500, 502, 503, 529]) {
    it(`asks again after ${status}`, async () => {
      await start(fails(status), says('好'));
      const asked = client();
      assert.equal((await asked.chat(asking('问'))).text, '好');
      assert.equal(server.received.length, 2);
      // Who waited for the model may have to pay for what it wrote.
      assert.equal(asked.progress.unsettled > 0, [408, 502].includes(status));
    });
  }

  it('keeps the wait that Retry-After asks for, in seconds and as a date', async () => {
    const date = new Date(new NotedClock().now() + 30_000).toUTCString();
    await start(fails(429, { headers: { 'retry-after': '17' } }), fails(503, { headers: { 'retry-after': date } }), fails(429, { headers: { 'retry-after': 'soon' } }), says('好'));
    await client().chat(asking('问'));
    const [seconds, until, neither] = clock.waits;
    assert.ok(seconds >= 17 && seconds < 17.5, String(seconds));
    assert.ok(until >= 30 && until < 30.5, String(until));
    assert.ok(neither >= 2 && neither < 4, String(neither));
  });

  it('waits the same at the same seed, and otherwise at another', async () => {
    await start(fails(500));
    const waits = async (seed: number): Promise<number[]> => {
      clock = new NotedClock();
      await assert.rejects(client({ seed }).chat(asking('问')));
      return clock.waits;
    };
    const first = await waits(1);
    assert.equal(first.length, 5);
    assert.deepEqual(await waits(1), first);
    assert.notDeepEqual(await waits(2), first);
  });

  it('gives up after its attempts, and at a wait that is too long', async () => {
    await start(fails(503, { message: 'busy' }));
    await assert.rejects(client({ retries: { attempts: 3 } }).chat(asking('问')), { name: 'JobError', message: /503 busy.*attempt 3, the last/ });
    assert.equal(server.received.length, 3);
    server.script = [fails(429, { headers: { 'retry-after': '3600' } })];
    await assert.rejects(client().chat(asking('问')), { name: 'JobError', message: /asks to wait 3600 s, more than the 120 s allowed/ });
    assert.equal(server.received.length, 4);
  });

  it('does not ask again what no repetition mends', async () => {
    await start(fails(401, { message: 'bad key' }));
    const once = async (behaviour: Behaviour, name: string, message: RegExp): Promise<void> => {
      server.received.length = 0;
      server.script = [behaviour];
      // Each in a cache of its own: what was withheld once is not asked again.
      file = path.join(scratch({}), 'replies.jsonl');
      await assert.rejects(client().chat(asking('问')), { name, message });
      assert.equal(server.received.length, 1);
    };
    await once(fails(401), 'InputError', /wants a key/);
    await once(fails(404), 'InputError', /check baseURL \(up to \/v1\) and model \(m-1\)/);
    await once(fails(400, { message: 'too long' }), 'JobError', /400 too long/);
    await once(fails(429, { code: 'insufficient_quota' }), 'JobError', /used up/);
    await once(fails(307, { headers: { location: 'http://127.0.0.1:1/v1' } }), 'InputError', /redirect to http:\/\/127\.0\.0\.1:1\/v1/);
    await once(says('', { finish: 'length' }), 'JobError', /raise maxTokens/);
    await once(says(null, { finish: 'content_filter' }), 'Withheld', /content filter/);
    await once(fails(400, { code: 'data_inspection_failed', message: 'unsafe' }), 'Withheld', /400 unsafe: the server's content filter/);
  });

  it('keeps that a reply was withheld, and what that cost, and asks no second time', async () => {
    await start(says(null, { finish: 'content_filter' }));
    const budget = new Budget(1);
    await assert.rejects(client({ budget }).chat(asking('问')), { name: 'Withheld' });
    assert.ok(budget.spent > 0);
    const again = client({ offline: true });
    await assert.rejects(again.chat(asking('问')), { name: 'Withheld', message: /content filter/ });
    assert.deepEqual([server.received.length, again.progress.cached, again.progress.cost], [1, 1, 0]);
  });

  it('names a server that is not there', async () => {
    await start(says('好'));
    const entry = server.entry();
    await server.stop();
    const asked = new ChatClient(entry, { cache: file, clock });
    await assert.rejects(asked.chat(asking('问')), { name: 'JobError', message: /no connection to tested at .*ECONNREFUSED.*is the server up/ });
    assert.equal(asked.progress.unsettled, 0);
    server = await FaultyServer.start(says('好'));
  });

  it('has no more calls at a time than its entry says', async () => {
    let now = 0;
    let most = 0;
    await start(async (response, received) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 15));
      now--;
      says('好')(response, received);
    });
    const asked = client({}, { concurrency: 3 });
    await Promise.all(Array.from({ length: 12 }, (_, i) => asked.chat(asking(`问${i}`))));
    assert.deepEqual([most, server.received.length], [3, 12]);
  });

  it('asks once what several ask at the same time', async () => {
    await start(fails(500), says('好'));
    const asked = client();
    const replies = await Promise.all([1, 2, 3, 4].map(() => asked.chat(asking('问'))));
    assert.deepEqual(replies.map(({ text }) => text), ['好', '好', '好', '好']);
    assert.deepEqual(replies.map(({ cached }) => cached), [false, true, true, true]);
    assert.equal(server.received.length, 2);
  });

  it('stops in a call and in a wait, and lets another caller of the same go on', async () => {
    await start(faults.silence, says('好'));
    const first = new AbortController();
    const asked = client();
    const stopped = assert.rejects(asked.chat(asking('问'), first.signal), { name: 'Interrupted' });
    const other = asked.chat(asking('问'));
    setTimeout(() => first.abort(), 50);
    await stopped;
    assert.equal((await other).text, '好');

    server.script = [fails(500)];
    const second = new AbortController();
    clock.onWait = () => second.abort();
    await assert.rejects(asked.chat(asking('另问'), second.signal), { name: 'Interrupted' });
    assert.equal(server.received.length, 3);
  });

  it('stops before the call that would pass the ceiling', async () => {
    await start(says('好'));
    // At most 64 + 16 + 3 prompt tokens and 1,024 more: 83 · 2 + 1024 · 8 = 8,358 millionths a call; 360 are spent.
    const budget = new Budget(8358e-6 + 2 * 360e-6);
    const asked = client({ budget });
    for (const text of ['一', '二', '三']) await asked.chat(asking(text));
    await assert.rejects(asked.chat(asking('四')), { name: 'CostCeilingReached', message: /may cost up to 0\.0084, which passes the ceiling of 0\.0091: 0\.0011 is spent/ });
    assert.equal(server.received.length, 3);
    assert.ok(Math.abs(budget.spent - 3 * 360e-6) < 1e-12);
    assert.equal((await asked.chat(asking('二'))).cached, true);
  });

  it('keeps the ceiling with calls under way, and counts those that broke off', async () => {
    await start(says('好'));
    const most = 8358e-6;
    const budget = new Budget(most + 360e-6);
    // Two calls do not fit together, but one after the other; a third does not.
    const asked = client({ budget });
    const outcomes = await Promise.allSettled(['一', '二', '三'].map((text) => asked.chat(asking(text))));
    assert.deepEqual(outcomes.map(({ status }) => status), ['fulfilled', 'fulfilled', 'rejected']);
    assert.equal(server.received.length, 2);

    server.received.length = 0;
    server.script = [faults.resetInBody];
    const broken = client({ budget: new Budget(2.5 * most) });
    await assert.rejects(broken.chat(asking('五')), { name: 'CostCeilingReached', message: /up to 0\.02 for calls that broke off/ });
    assert.equal(server.received.length, 2);
    assert.ok(Math.abs(broken.progress.unsettled - 2 * most) < 1e-12);
  });

  it('counts replies of no use that were paid, and the most possible where no usage is told', async () => {
    await start(faults.emptyText, says('好', { usage: null }));
    const asked = client();
    assert.equal((await asked.chat(asking('一'))).usage, null);
    assert.ok(Math.abs(asked.progress.cost - 360e-6 - 8358e-6) < 1e-12);
    assert.equal(asked.progress.promptTokens, 100);
  });

  it('refuses what cannot fit, before it asks', async () => {
    await start(says('好'));
    // Two characters a token: 3,072 and 1,024 fit exactly.
    assert.equal((await client().chat(asking('咳'.repeat(6145)))).text, '好');
    await refuses(() => client().chat(asking('咳'.repeat(6146))), 'take 4097 tokens or more', 'context of 4096');
  });

  it('opens no connection when the cache has it all, and refuses to offline when it does not', async () => {
    await start(says('好'));
    await client().chat(asking('一'));
    const { connections } = server;
    assert.equal(connections, 1);
    for (const offline of [false, true]) {
      // With a key that is not set: none is needed.
      const again = client({ offline }, { keyVariable: 'MEDNER_TEST_NO_SUCH_KEY' });
      assert.deepEqual(await again.chat(asking('一')), { text: '好', usage: { prompt: 100, completion: 20 }, cached: true });
      assert.deepEqual([again.progress.cached, again.progress.cost], [1, 0]);
    }
    await refuses(() => client({ offline: true }).chat(asking('二')), 'replies.jsonl', 'tested', '«二…»', 'without offline');
    await refuses(() => client({}, { keyVariable: 'MEDNER_TEST_NO_SUCH_KEY' }).chat(asking('二')), 'export MEDNER_TEST_NO_SUCH_KEY=');
    assert.equal(server.connections, connections);
    assert.equal(server.received.length, 1);
  });

  it('asks anew when anything of the request differs', async () => {
    await start(says('好'));
    const cache = new ReplyCache(file);
    const base = asking('一');
    const requests: ChatRequest[] = [base, { ...base, temperature: 0.3 }, { ...base, topP: 0.9 }, { ...base, maxTokens: 1000 }, { ...base, messages: [{ role: 'system', content: '一' }] }];
    for (const request of requests) await client({ cache }).chat(request);
    await client({ cache }, { model: 'm-2' }).chat(base);
    await client({ cache }, { body: { seed: 1 } }).chat(base);
    await client({ cache }, { name: 'renamed' }).chat(base);
    assert.equal(server.received.length, requests.length + 2);
  });

  it('counts replies that the token limit cut', async () => {
    await start(says('{"关键', { finish: 'length' }));
    const asked = client();
    await asked.chat(asking('一'));
    assert.equal(asked.progress.cut, 1);
  });
});
