import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { inspect } from 'node:util';
import { inProject } from '../../lib/common';
import { ChatClient, paperSampling } from '../../lib/llm';
import { scrub } from '../../lib/llm/scrub';
import { removeScratch, scratch } from '../corpus/scratch';
import { fails, faults, FaultyServer, NotedClock, says, type Behaviour } from './faulty-server';

/** With characters that an address encodes. */
const canary = 'canary+7f3a/91==c0ffee';
const variable = 'MEDNER_TEST_KEY';
/** As it is, encoded, and its start: what a server would show of a key. */
const traces = [canary, encodeURIComponent(canary), 'canary'];

function assertClean(what: string, text: string): void {
  for (const trace of traces) assert.ok(!text.includes(trace), `${what} holds the key: ${text}`);
}

describe('keys of chat models', () => {
  let server: FaultyServer;
  let folder: string;
  beforeEach(() => {
    folder = scratch({});
    process.env[variable] = canary;
  });
  afterEach(async () => {
    delete process.env[variable];
    await server.stop();
    removeScratch();
  });

  it('reach the server, and no cache, reply, progress or error, whatever the server says', async () => {
    const echo = `you sent Bearer ${canary}, ${encodeURIComponent(canary)}, canary*******fee\u001b[31m`;
    const behaviours: Behaviour[] = [
      ...[400, 401, 403, 404, 429, 500].map((status) => fails(status, { message: echo, code: canary, headers: { 'x-echo': canary } })),
      fails(307, { headers: { location: `http://127.0.0.1:1/?key=${encodeURIComponent(canary)}` } }),
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(echo),
      (response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: echo } })),
      (response) => response.writeHead(500, { 'content-type': 'text/plain' }).end(echo),
      ...Object.values(faults).filter((fault) => fault !== faults.silence && fault !== faults.silenceInBody),
      says(`回答 ${canary} ${encodeURIComponent(canary)}`, { finish: canary }),
    ];
    server = await FaultyServer.start(says('好'));
    const told: string[] = [];
    const written: string[] = [];
    const { write } = process.stderr;
    process.stderr.write = ((text: string) => written.push(text) > 0) as typeof write;
    process.env.OPENAI_LOG = 'debug';
    let replies = 0;
    try {
      for (const [i, behaviour] of behaviours.entries()) {
        server.script = [behaviour];
        const client = new ChatClient(server.entry({ keyVariable: variable }), {
          cache: path.join(folder, 'replies.jsonl'),
          clock: new NotedClock(),
          retries: { attempts: 2 },
          onProgress: (progress, note) => told.push(JSON.stringify(progress), note ?? ''),
        });
        try {
          told.push(inspect(await client.chat({ messages: [{ role: 'user', content: `问${i}` }], ...paperSampling })));
          replies++;
        } catch (error) {
          assert.ok(['InputError', 'JobError'].includes((error as Error).name), inspect(error));
          told.push(inspect(error, { depth: 10, showHidden: true }));
        }
      }
    } finally {
      process.stderr.write = write;
      delete process.env.OPENAI_LOG;
    }
    assert.equal(replies, 1);
    assert.ok(server.received.every(({ headers }) => headers.authorization === `Bearer ${canary}`));
    for (const text of told) assertClean('what was told', text);
    for (const text of written) assertClean('standard error', text);
    assert.ok(!told.join('').includes('\u001b'));
    assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), ['replies.jsonl', 'replies.jsonl.asking']);
    const kept = readFileSync(path.join(folder, 'replies.jsonl'), 'utf8');
    assertClean('the cache', kept);
    assert.match(kept, /回答 \[hidden\] \[hidden\]/);
  });

  it('of other servers are not sent', async () => {
    server = await FaultyServer.start(says('好'));
    const meant = { OPENAI_API_KEY: 'sk-other-key-1', OPENAI_ADMIN_KEY: 'sk-admin-key-1', OPENAI_ORG_ID: 'org-secret', OPENAI_PROJECT_ID: 'proj-secret', OPENAI_BASE_URL: 'http://127.0.0.1:1' };
    const before = Object.fromEntries(Object.keys(meant).map((name) => [name, process.env[name]]));
    Object.assign(process.env, meant);
    try {
      await new ChatClient(server.entry(), { cache: path.join(folder, 'replies.jsonl') }).chat({ messages: [{ role: 'user', content: '问' }], ...paperSampling });
    } finally {
      for (const [name, value] of Object.entries(before)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
    const sent = JSON.stringify(server.received[0].headers);
    for (const value of Object.values(meant)) assert.ok(!sent.includes(value), sent);
  });

  it('that no header can hold are named by their variable only', async () => {
    server = await FaultyServer.start(says('好'));
    process.env[variable] = `${canary}\n钥匙`;
    const client = new ChatClient(server.entry({ keyVariable: variable }), { cache: path.join(folder, 'replies.jsonl') });
    await assert.rejects(client.chat({ messages: [{ role: 'user', content: '问' }], ...paperSampling }), (error: Error) => {
      assertClean('the error', inspect(error, { depth: 10 }));
      return error.name === 'InputError' && error.message.includes(variable);
    });
    assert.equal(server.connections, 0);
  });

  it('are not shown by the commands', async () => {
    server = await FaultyServer.start(fails(401, { message: `wrong key ${canary}` }));
    const models = path.join(scratch({ 'llm.yaml': JSON.stringify({ models: [server.entry({ keyVariable: variable }), { ...server.entry({ keyVariable: 'MEDNER_TEST_UNSET' }), name: 'other' }] }) }), 'llm.yaml');
    const medner = (...args: string[]) =>
      new Promise<{ status: number | null; text: string }>((resolve) => {
        const child = spawn(process.execPath, ['--require', 'tsx/cjs', inProject('lib', 'cli', 'main.ts'), 'llm', ...args, '--models', models], { env: { ...process.env, OPENAI_LOG: 'debug' } });
        let text = '';
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        child.on('close', (status) => resolve({ status, text }));
      });
    const listed = await medner('models');
    assert.equal(listed.status, 0, listed.text);
    assert.match(listed.text, /tested .*MEDNER_TEST_KEY is set/);
    assert.match(listed.text, /other .*MEDNER_TEST_UNSET is not set/);
    const cache = path.join(folder, 'replies.jsonl');
    const refused = await medner('ask', 'tested', '问', '--cache', cache);
    assert.equal(refused.status, 2, refused.text);
    assert.match(refused.text, /401 wrong key \[hidden\]; check the key in MEDNER_TEST_KEY/);
    server.script = [says('好的')];
    const answered = await medner('ask', 'tested', '问', '--cache', cache);
    assert.deepEqual([answered.status, answered.text.startsWith('好的\n')], [0, true], answered.text);
    const cached = await medner('ask', 'tested', '问', '--cache', cache, '--offline');
    assert.match(cached.text, /好的[^]*from the cache/);
    assert.equal(server.received.length, 2);
    for (const { text } of [listed, refused, answered, cached]) assertClean('the output', text);
  });

  it('are hidden whole and in part, and texts are left alone', async () => {
    server = await FaultyServer.start(says('好'));
    assert.equal(scrub('Incorrect API key provided: sk-ab12***wxyz. See a.b/c', undefined), 'Incorrect API key provided: [hidden] See a.b/c');
    assert.equal(scrub('a\n\tb\u0007 c', 'EMPTY'), 'a b c');
    assert.equal(scrub('EMPTY model: max_tokens is too large', 'EMPTY'), 'EMPTY model: max_tokens is too large');
    assert.equal(scrub('长'.repeat(400), undefined).length, 301);
  });
});
