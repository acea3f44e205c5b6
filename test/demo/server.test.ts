import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request, type Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { InputError, listen, stop } from '../../lib/common';
import { loadCorpus } from '../../lib/corpus';
import { bestRuns, demoExamples, demoServer, loadModel, type DemoModel } from '../../lib/demo';
import { bodyLimit } from '../../lib/demo/request';
import type { RunRecord, RunResult } from '../../lib/experiments';
import type { ScoredEntity } from '../../lib/models';
import { trainTwo } from './models';

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: string;
}

describe('demo server', function () {
  this.timeout(240_000);
  let folder: string;
  let results: RunResult[];
  let models: DemoModel[];
  let server: Server;
  let port: number;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-demo-'));
    results = await trainTwo(folder);
    models = [];
    for (const { folder: run } of results) models.push(await loadModel(run));
    server = demoServer(models, demoExamples(await loadCorpus('sample')));
    port = await listen(server, 0);
  });
  after(async () => {
    if (server) await stop(server);
    for (const model of models ?? []) model.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  function ask(url: string, { method = 'GET', headers = {}, body = '' as string | Buffer } = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port, path: url, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }
  const json = { 'Content-Type': 'application/json' };
  const predict = (value: unknown, headers = {}) => ask('/predict', { method: 'POST', headers: { ...json, ...headers }, body: typeof value === 'string' ? value : JSON.stringify(value) });
  const refusal = async (answer: Promise<Answer>): Promise<[number, string]> => {
    const { status, body } = await answer;
    return [status, (JSON.parse(body) as { error: string }).error];
  };

  it('serves a page of its own parts alone, and says that nothing else may be loaded or may frame it', async () => {
    const { status, headers, body } = await ask('/');
    assert.equal(status, 200);
    assert.match(String(headers['content-security-policy']), /default-src 'none'.*script-src 'self'.*frame-ancestors 'none'/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    const parts = [...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target]) => target).filter((target) => target !== 'data:,');
    assert.deepEqual(parts, ['/style.css', '/client.js']);
    for (const part of parts) assert.equal((await ask(part)).status, 200);
    for (const { key } of models) assert.ok(body.includes(`data-key="${key}"`));
    assert.deepEqual({ ...(await ask('/', { method: 'HEAD' })), headers: {} }, { status: 200, headers: {}, body: '' });
  });

  it('answers with what each model predicts, how long it took, and what both found', async () => {
    const examples = JSON.parse((await ask('/examples.json')).body) as { text: string }[];
    assert.ok(examples.length >= 10);
    let found = 0;
    for (const { text } of examples.slice(0, 5)) {
      const { status, body } = await predict({ text });
      assert.equal(status, 200);
      const { models: answers } = JSON.parse(body) as { models: { key: string; entities: number; shared: number; milliseconds: number; html: string }[] };
      const expected: ScoredEntity[][] = [];
      for (const model of models) expected.push(await model.predict(text));
      found += expected.flat().length;
      const names = expected.map((entities) => entities.map(({ start, end, type }) => `${start} ${end} ${type}`));
      const shared = names[0].filter((name) => names[1].includes(name)).length;
      assert.deepEqual(answers.map(({ key, entities, shared: both }) => [key, entities, both]), models.map(({ key }, i) => [key, expected[i].length, shared]));
      for (const [i, { html, milliseconds }] of answers.entries()) {
        assert.ok(milliseconds > 0);
        assert.equal(html.match(/<b tabindex/g)?.length ?? 0, expected[i].length);
      }
    }
    assert.ok(found > 0);
  });

  it('keeps the text as it is: markup, characters beyond the basic plane, line breaks, many windows', async () => {
    for (const text of ['<script>alert(1)</script>&amp;"\'', '𠮷𠀀🩺急性上呼吸道感染', '患者\n\n发热', '患者有急性上呼吸道感染，伴发热。'.repeat(60)]) {
      const { models: answers } = JSON.parse((await predict({ text })).body) as { models: { html: string }[] };
      for (const { html } of answers) {
        const paragraph = /<p[^>]*>([\s\S]*?)<\/p>/.exec(html)![1].replace(/<b [^>]*>[^<]*<\/b>/g, '').replace(/<\/?mark[^>]*>/g, '');
        assert.ok(!/[<>"']/.test(paragraph));
        assert.equal(paragraph.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))), text);
      }
    }
  });

  it('takes several questions at once, one after the other', async () => {
    const texts = ['急性上呼吸道感染', '糖尿病患者', '发热三天'];
    const alone: ScoredEntity[][] = [];
    for (const text of texts) alone.push(await models[0].predict(text));
    const answers = await Promise.all(texts.map((text) => predict({ text })));
    answers.forEach(({ body }, i) => assert.equal((JSON.parse(body) as { models: { entities: number }[] }).models[0].entities, alone[i].length));
  });

  it('refuses senders of other names and origins', async () => {
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`]) {
      assert.equal((await refusal(ask('/', { headers: { Host: host } })))[0], 403, host);
    }
    assert.equal((await ask('/', { headers: { Host: `LOCALHOST:${port}` } })).status, 200);
    for (const origin of ['http://evil.example', 'null', `https://127.0.0.1:${port}`]) assert.equal((await refusal(predict({ text: '发热' }, { Origin: origin })))[0], 403, origin);
    assert.equal((await predict({ text: '发热' }, { Origin: `http://localhost:${port}` })).status, 200);
  });

  it('refuses with words what it cannot answer', async () => {
    const cases: [Promise<Answer>, number, RegExp][] = [
      [predict({ text: '' }), 400, /there is no text/],
      [predict({ text: ' \n\t' }), 400, /there is no text/],
      [predict('{"text":'), 400, /JSON is broken/],
      [predict('null'), 400, /expected \{"text"/],
      [predict({ text: 3 }), 400, /expected \{"text"/],
      [predict('{"text":"a\\ud842"}'), 400, /half of a character/],
      [ask('/predict', { method: 'POST', headers: json, body: Buffer.from([0x22, 0xff, 0x22]) }), 400, /UTF-8/],
      [predict({ text: '发热' }, { 'Content-Type': 'text/plain' }), 415, /application\/json/],
      [ask('/predict'), 405, /POST, not GET/],
      [ask('/', { method: 'POST', headers: json, body: '{}' }), 405, /GET, not POST/],
      [ask('/../package.json'), 404, /nothing at/],
      [ask('/constructor'), 404, /nothing at/],
    ];
    for (const [answer, status, words] of cases) {
      const [got, error] = await refusal(answer);
      assert.equal(got, status, error);
      assert.match(error, words);
    }
  });

  it('refuses a text beyond the limit, told or counted, and one at the limit it reads', async () => {
    const body = (bytes: number) => JSON.stringify({ text: '' }).replace('""', `"${' '.repeat(bytes - 11)}"`);
    assert.equal(Buffer.byteLength(body(bodyLimit)), bodyLimit);
    assert.match((await refusal(predict(body(bodyLimit))))[1], /there is no text/);
    assert.deepEqual((await refusal(predict(body(bodyLimit + 1))))[0], 413);
    const [status, words] = await refusal(predict(body(20 * bodyLimit), { 'Transfer-Encoding': 'chunked' }));
    assert.deepEqual([status, /at most 64 KiB/.test(words)], [413, true]);
  });

  it('lives on after a sender that goes away in the middle', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`POST /predict HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"te`, () => {
          socket.destroy();
          resolve();
        });
      });
    });
    assert.equal((await predict({ text: '发热' })).status, 200);
  });

  it('a port that is taken is told by the system; stopping ends open connections', async () => {
    const other = demoServer(models, { types: [], documents: [] });
    await assert.rejects(listen(other, port), (error: NodeJS.ErrnoException) => error.code === 'EADDRINUSE');
    const own = await listen(other, 0);
    const closed = new Promise<void>((resolve) => connect(own, '127.0.0.1').once('close', () => resolve()).resume());
    await new Promise((resolve) => setTimeout(resolve, 50));
    await stop(other);
    await closed;
  });

  it('chooses the best run of each variant on the embedded corpus, the best two of them; without one says what to run', () => {
    const runs = path.join(folder, 'chosen');
    assert.throws(() => bestRuns(runs), (error: Error) => error instanceof InputError && /npm start.*npx medner train da-rw-egp --data sample/s.test(error.message));
    const add = (key: string, variant: string, f1: number, corpus = 'sample', weights = true): void => {
      const record = JSON.parse(readFileSync(path.join(results[0].folder, 'record.json'), 'utf8')) as RunRecord;
      Object.assign(record, { key });
      record.config = { ...record.config, variant, corpus: { ...record.config.corpus, id: corpus } };
      record.scores.scored.micro.f1 = f1;
      mkdirSync(path.join(runs, key), { recursive: true });
      writeFileSync(path.join(runs, key, 'record.json'), JSON.stringify(record));
      if (weights) cpSync(path.join(results[0].folder, 'weights.safetensors'), path.join(runs, key, 'weights.safetensors'));
    };
    add('a', 'rw-egp', 0.8);
    assert.deepEqual(bestRuns(runs), [path.join(runs, 'a')]);
    add('b', 'rw-egp', 0.9);
    add('c', 'bert', 0.7);
    add('d', 'rw-gp', 0.6);
    add('e', 'roberta', 0.99, 'cmeee-v2');
    add('f', 'roberta', 0.99, 'sample', false);
    mkdirSync(path.join(runs, 'pretrain-x'));
    writeFileSync(path.join(runs, 'pretrain-x', 'record.json'), '{"losses":[]}');
    writeFileSync(path.join(runs, 'pretrain-x', 'weights.safetensors'), '');
    assert.deepEqual(bestRuns(runs), [path.join(runs, 'b'), path.join(runs, 'c')]);
  });
});
