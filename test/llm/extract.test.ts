import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { inProject } from '../../lib/common';
import { OfflineLexicon, paperSampling } from '../../lib/llm';
import { removeScratch, scratch } from '../corpus/scratch';
import { FaultyServer, says, type Behaviour } from './faulty-server';

const documents = 30;
const canary = 'canary+7f3a/91==c0ffee';
const variable = 'MEDNER_TEST_EXTRACT_KEY';
const lexicon = new OfflineLexicon();

/** Answers as offline-lexicon does, with a token for each character. */
const answers: Behaviour = async (response, { body }) => {
  const { text } = await lexicon.chat({ messages: body.messages, ...paperSampling });
  says(text, { usage: { prompt_tokens: body.messages.reduce((sum, { content }) => sum + content.length, 0), completion_tokens: text.length } })(response, { headers: {}, body });
};

interface Ended {
  status: number | null;
  out: string;
  err: string;
}

describe('llm extract, the command', () => {
  let server: FaultyServer;
  let folder: string;

  beforeEach(async () => {
    server = await FaultyServer.start(answers);
    folder = scratch({});
    const tested = server.entry({ keyVariable: variable, context: 16384, concurrency: 3 });
    writeFileSync(path.join(folder, 'llm.yaml'), JSON.stringify({ models: [tested] }));
  });
  afterEach(async () => {
    await server.stop();
    removeScratch();
  });

  const at = (name: string): string => path.join(folder, name);
  const start = (out: string, cache: string, ...more: string[]): ChildProcess =>
    spawn(
      process.execPath,
      ['--require', 'tsx/cjs', inProject('lib', 'cli', 'main.ts'), 'llm', 'extract', 'sample', '--model', 'tested', '--models', at('llm.yaml'), '--limit', String(documents), '--out', at(out), '--cache', at(cache), ...more],
      { env: { ...process.env, [variable]: canary } },
    );
  const ended = async (child: ChildProcess): Promise<Ended> => {
    let [out, err] = ['', ''];
    child.stdout!.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (err += chunk.toString()));
    const [status] = (await once(child, 'close')) as [number | null];
    return { status, out, err };
  };
  const extract = (out: string, cache: string, ...more: string[]) => ended(start(out, cache, ...more));
  const content = (name: string): string => readFileSync(at(name), 'utf8');
  /** The record tells the command, and with it the file's name. */
  const record = (name: string): string => content(`${name}.json`).replaceAll(name, 'NAME');
  const keptReplies = (cache: string): number => (existsSync(at(cache)) ? content(cache).split('\n').filter((line) => line.endsWith('}')).length : 0);

  it('killed at several points and run again, pays for nothing twice and ends with the bytes of one run', async () => {
    const whole = await extract('whole.jsonl', 'whole-cache.jsonl', '--validate', '--json');
    assert.equal(whole.status, 0, whole.err);
    const asked = server.received.length;
    assert.equal(content('whole.jsonl').split('\n').length - 1, documents);
    const summary = JSON.parse(whole.out) as { provider: string; made: number; totals: { requests: number; leftOut: object }; spent: { answered: number; cost: number } };
    assert.deepEqual([summary.provider, summary.made, summary.totals.requests, summary.spent.answered], ['tested+validated', documents, asked, asked]);

    server.received.length = 0;
    const answered: string[] = [];
    let grown = 0;
    for (const point of [0, 1, Math.floor(asked / 4), Math.floor(asked / 2), asked - 2]) {
      const child = start('killed.jsonl', 'cache.jsonl', '--validate');
      // Dies with calls under way; those answered before are kept by then, or they could not be told from unanswered ones.
      let dead = false;
      server.script = [async (response, received) => {
        if (answered.length >= point) {
          while (keptReplies('cache.jsonl') < answered.length) await new Promise((resolve) => setTimeout(resolve, 5));
          dead ||= child.kill('SIGKILL');
          return;
        }
        answered.push(JSON.stringify(received.body.messages));
        await answers(response, received);
      }];
      const { status } = await ended(child);
      assert.deepEqual([status, dead], [null, true], `killed at ${point}`);
      assert.equal(answered.length, point);
      const lines = existsSync(at('killed.jsonl')) ? content('killed.jsonl') : '';
      assert.ok(content('whole.jsonl').startsWith(lines), 'what is there is the beginning of the whole');
      assert.ok(lines.length >= grown);
      grown = lines.length;
    }
    assert.ok(grown > 0 && grown < content('whole.jsonl').length, String(grown));
    server.script = [async (response, received) => {
      answered.push(JSON.stringify(received.body.messages));
      await answers(response, received);
    }];
    const last = await extract('killed.jsonl', 'cache.jsonl', '--validate');
    assert.equal(last.status, 0, last.err);
    assert.deepEqual([answered.length, new Set(answered).size], [asked, asked]);
    assert.equal(content('killed.jsonl'), content('whole.jsonl'));
    assert.equal(record('killed'), record('whole'));
    assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('.')), []);

    // All of it again, from the cache: no socket is opened, with or without --offline.
    const { connections } = server;
    for (const flags of [[], ['--offline']]) {
      const again = await extract(`again${flags.length}.jsonl`, 'cache.jsonl', '--validate', ...flags);
      assert.equal(again.status, 0, again.err);
      assert.equal(content(`again${flags.length}.jsonl`), content('whole.jsonl'));
    }
    assert.equal(server.connections, connections);

    // The key went to the server, and nowhere else.
    assert.ok(server.received.every(({ headers }) => headers.authorization === `Bearer ${canary}`));
    for (const { out, err } of [whole, last]) assert.ok(!(out + err).includes('canary'));
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.length > 8);
    for (const { name } of files) assert.ok(!content(name).includes('canary'), name);
  });

  it('stops before the call that could pass the ceiling, and goes on with a higher one', async () => {
    // A call may cost some 0.013, 1,024 tokens at 8 a million and a prompt by its bytes; it costs a tenth of that.
    const stopped = await extract('a.jsonl', 'cache.jsonl', '--ceiling', '0.05');
    assert.equal(stopped.status, 1, stopped.err);
    assert.match(stopped.err, /the next call may cost up to .* which passes the ceiling of 0\.05: .* is spent; raise the ceiling, or run again: .* each run may spend up to its own ceiling/);
    assert.match(stopped.err, /a\.jsonl has \d+ of 30 texts \(this time .* tokens, cost 0\.0\d+, \d+ replies, 0 from the cache\); the same command goes on from there/);
    const first = server.received.length;
    assert.ok(first > 5, String(first));
    const spent = content('cache.jsonl').split('\n').filter(Boolean).reduce((sum, line) => sum + (JSON.parse(line) as { cost: number }).cost, 0);
    assert.ok(spent > 0.02 && spent <= 0.05, String(spent));
    assert.ok(content('a.jsonl').split('\n').length > 1, 'what was complete is written');
    const finished = await extract('a.jsonl', 'cache.jsonl', '--ceiling', '5', '--json');
    assert.equal(finished.status, 0, finished.err);
    const { spent: { answered }, totals } = JSON.parse(finished.out) as { spent: { answered: number }; totals: { requests: number } };
    assert.deepEqual([server.received.length, answered], [totals.requests, totals.requests - first]);
  });

  it('interrupted, ends with what it has and the status of an interrupt', async () => {
    const child = start('a.jsonl', 'cache.jsonl');
    server.script = [(response, received) => {
      if (server.received.length < 40) return answers(response, received);
      return child.kill('SIGINT');
    }];
    const { status, err } = await ended(child);
    assert.equal(status, 130, err);
    assert.match(err, /a\.jsonl has [1-9]\d* of 30 texts/);
    assert.match(err, /stopped while tested was asked/);
  });

  it('takes a path, retrieves from files, and answers by rule where that is asked', async () => {
    const medner = (...args: string[]) => ended(spawn(process.execPath, ['--require', 'tsx/cjs', inProject('lib', 'cli', 'main.ts'), 'llm', 'extract', ...args]));
    const text = (n: number): string => `第${n}例，咳嗽后予头孢曲松治疗。`;
    writeFileSync(at('notes.jsonl'), [1, 2, 3, 3].map((n, i) => JSON.stringify({ id: String(i), text: text(n), entities: [{ start: 4, end: 6, type: 'sym' }] })).join('\n'));
    writeFileSync(at('terms.tsv'), '头孢曲松钠\tdru\n毫不相干\t其他\n');
    const made = await medner(at('notes.jsonl'), '--model', 'offline-lexicon', '--out', at('o.jsonl'), '--retrieve', '2', '--lexicon', at('terms.tsv'), '--json');
    assert.equal(made.status, 0, made.err);
    const { provider, documents: all, texts, totals } = JSON.parse(made.out) as { provider: string; documents: number; texts: number; totals: { keywords: number; tokens: null; cost: null } };
    assert.deepEqual([provider, all, texts, totals], ['offline-lexicon+retrieval', 4, 3, { ...totals, keywords: 6, tokens: null, cost: null }]);
    const { identity: { retrieval }, questions } = JSON.parse(content('o.json')) as { identity: { retrieval: { entries: number; terms: number } }; questions: Record<string, { content: string }[]> };
    assert.deepEqual([retrieval.entries, retrieval.terms], [2, 2]);
    assert.match(questions['keywords@1+retrieval@1'][1].content, /参考词条：\n<资料 名="词条">\n\{词条\}（\{类别\}）/);
    for (const [args, message] of [
      [['sample', '--model', 'nobody', '--models', at('llm.yaml')], /the chat model nobody cannot be asked: .*has no model nobody; it has tested/],
      [['sample', '--model', 'tested', '--models', at('llm.yaml'), '--lexicon', at('terms.tsv')], /give --retrieve N too/],
      [['sample', '--model', 'offline-lexicon', '--limit', '0'], /whole number of 1 or more/],
      [['sample', '--model', 'offline-lexicon', '--out', at('x.json')], /called NAME\.jsonl/],
      [['sample'], /--model/],
    ] as const) {
      const { status, err } = await medner(...args);
      assert.equal(status, 2, err);
      assert.match(err, message);
    }
    assert.equal(server.connections, 0);
  });

  it('offline refuses what the cache lacks, and opens no socket', async () => {
    const { status, err } = await extract('a.jsonl', 'cache.jsonl', '--offline');
    assert.equal(status, 2, err);
    assert.match(err, /document .*: .*cache\.jsonl has no reply of tested .* offline no server is asked/);
    assert.equal(server.connections, 0);
  });
});
