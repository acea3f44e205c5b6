import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { InputError, Interrupted } from '../../lib/common';
import { parseJsonl, writeJsonl, type Document } from '../../lib/corpus';
import { score } from '../../lib/evaluation';
import { experiment, resolveConfig, run, type ExperimentOutput, type ExperimentRequest } from '../../lib/experiments';
import { dataBlocks, OfflineLexicon, paperSampling, typeName } from '../../lib/llm';
import { parseFewShotEntities, valuesOf } from '../../lib/llm/parsers';
import { removeScratch, scratch } from '../corpus/scratch';
import { FaultyServer, says, type Behaviour, type Received } from '../llm/faulty-server';
import { smallCorpus, tiny } from './corpus';

const lexicon = new OfflineLexicon();
const invented = '\n实体：不在文中，类型：疾病\n实体：发热，类型：天气';

const question = ({ body }: Received): string => dataBlocks(body.messages[body.messages.length - 1].content)[0].text;

/** Answers as offline-lexicon does, but for nothing where a text has an even length, and with two lines that cannot be taken. */
const reply = async ({ body }: Received): Promise<string> => {
  const text = dataBlocks(body.messages[body.messages.length - 1].content)[0].text;
  const answer = (await lexicon.chat({ messages: body.messages, ...paperSampling })).text;
  return `${text.length % 2 === 0 || answer === '无' ? '' : answer}${invented}`;
};
const answers: Behaviour = async (response, received) => says(await reply(received))(response, received);

interface Data {
  examples: { ids: string[] | null };
  rows: {
    label: string; status: string; paper: { f1: number } | null;
    measured?: { precision: { values: number[] }; recall: { values: number[] }; f1: { values: number[] }; interval: { documents: number; f1: [number, number] } };
    answers?: { provider: string; cost: number | null; tokens: object; leftOut: object; requests: number };
  }[];
}

describe('Table 8 by asking', function () {
  this.timeout(300_000);
  let server: FaultyServer;
  let folder: string;
  let corpus: string;
  let parts: Record<'train' | 'dev' | 'test', Document[]>;

  beforeEach(async () => {
    server = await FaultyServer.start(answers);
    folder = scratch({});
    corpus = await smallCorpus(path.join(folder, 'tiny'));
    const part = (name: string): Document[] => parseJsonl(readFileSync(path.join(corpus, `${name}.jsonl`), 'utf8'));
    parts = { train: part('train'), dev: part('dev'), test: part('test') };
    const models = [
      server.entry({ name: 'qwen', model: 'Qwen/Qwen-14B-Chat', context: 16384, concurrency: 3 }),
      server.entry({ name: 'other', model: 'm-2', context: 16384, price: { prompt: 0, completion: 0 } }),
    ];
    writeFileSync(path.join(folder, 'llm.yaml'), JSON.stringify({ models }));
  });
  afterEach(async () => {
    await server.stop();
    removeScratch();
  });

  const set = (...more: string[]): string[] => [`fewShot.list=${path.join(folder, 'llm.yaml')}`, `fewShot.cache=${path.join(folder, 'replies.jsonl')}`, 'fewShot.ceiling=1', ...more];
  const direct = (more: string[] = [], request: Partial<ExperimentRequest> = {}): Promise<ExperimentOutput> =>
    experiment('a-llm-direct').run({ corpus, profile: 'quick', seeds: [0], set: set(...more), runs: path.join(folder, 'runs'), ...request });
  const keptReplies = (): number => {
    const file = path.join(folder, 'replies.jsonl');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line.endsWith('}')).length : 0;
  };
  /** Until so many are on the disk. */
  const kept = async (count: number): Promise<void> => {
    while (keptReplies() < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const qwen = 'fewShot.models=["qwen"]';
  const rowsOf = ({ data }: ExperimentOutput): Data['rows'] => (data as Data).rows;
  const labels = ['dictionary matching (offline-lexicon, no model)', 'GPT-4 (few-shot)', 'ChatGPT (few-shot)', 'ChatGLM-4 (few-shot)', 'qwen (Qwen/Qwen-14B-Chat)', 'Chinese-LLaMA-2 13B (LoRA)', 'Baichuan-13B (LoRA)', 'LLM-MedNER'];

  it('scores what the models list, with examples of the training part alone, tokens, cost and rejects', async () => {
    const output = await direct([qwen, 'fewShot.examples=3']);
    const rows = rowsOf(output);
    assert.deepEqual(rows.map(({ label }) => label), labels);
    assert.equal(server.received.length, 12);
    // The same from the replies, by hand.
    const types = [...new Set([...parts.train, ...parts.dev, ...parts.test].flatMap(({ entities }) => entities.map(({ type }) => type)))].map(typeName);
    const expected = await Promise.all(parts.test.map(async ({ id, text }) => {
      const received = server.received.find((one) => question(one) === text)!;
      return { id, text, entities: valuesOf(parseFewShotEntities(await reply(received), text, types)) };
    }));
    const { micro } = score(parts.test, expected);
    assert.ok(micro.f1 > 0.1 && micro.f1 < 0.9);
    const { measured, answers: took, status } = rows[4];
    assert.deepEqual([measured!.precision.values, measured!.recall.values, measured!.f1.values, status], [[micro.precision], [micro.recall], [micro.f1], 'asked']);
    assert.ok(measured!.interval.f1[0] < micro.f1 && micro.f1 < measured!.interval.f1[1]);
    assert.deepEqual([took!.tokens, took!.leftOut, took!.requests], [{ prompt: 1200, completion: 240 }, { 'not-in-text': 12, 'unknown-type': 12 }, 12]);
    assert.ok(Math.abs(took!.cost! - (1200 * 2 + 240 * 8) / 1e6) < 1e-15);
    // Three examples, of the training part, before each question.
    const trained = new Set(parts.train.map(({ text }) => text));
    for (const { body } of server.received) {
      const shown = body.messages.slice(1, -1).flatMap(({ content }) => dataBlocks(content).map(({ text }) => text));
      assert.equal(shown.length, 3);
      for (const text of shown) assert.ok(trained.has(text), text);
    }
    const { ids } = (output.data as Data).examples;
    assert.deepEqual(ids!.map((id) => parts.train.find((document) => document.id === id)!.text), dataBlocks(server.received[0].body.messages.map(({ content }) => content).join('\n')).slice(0, 3).map(({ text }) => text));
    // The dictionary is a floor, and is called no model; who was not asked has no figures.
    assert.deepEqual(rows.map(({ status: one }) => one), [
      'by rule', 'not run: no such model listed', 'not run: no such model listed', 'not run: no such model listed', 'asked', 'not run: quoted', 'not run: quoted', 'not run: no finished run',
    ]);
    const [{ footnotes }, , rejects] = output.tables;
    assert.ok(footnotes.some((note) => /The same 3 examples before each text \(covering, seed 0\): they show \d of \d types in \d+ characters/.test(note)));
    assert.ok(footnotes.includes(`Paper's figures beside ${labels[4]}: "Qwen-14B (few-shot)", of which version it does not say.`));
    assert.deepEqual([rejects.columns.map(({ header }) => header), rejects.rows[1]], [['model', 'answers', 'not-in-text', 'unknown-type'], [labels[4], '12', '12', '12']]);
  });

  it('asks nothing twice: once asked, a model stands in the table of its kept replies, and no socket is opened', async () => {
    const first = await direct([qwen]);
    const { connections } = server;
    for (const more of [[qwen], [], [qwen, 'fewShot.offline=true']]) {
      const again = await direct(more);
      assert.deepEqual(again.data, first.data);
      assert.deepEqual(again.tables[0].rows, first.tables[0].rows);
    }
    assert.equal(server.connections, connections);
    // Other examples are other questions.
    const [, , , , other] = rowsOf(await direct(['fewShot.seed=1']));
    assert.deepEqual([other.label, other.status, other.measured], ['Qwen-14B (few-shot)', 'not run: qwen not asked', undefined]);
    await assert.rejects(direct([qwen, 'fewShot.seed=1', 'fewShot.offline=true']), (error: Error) => error instanceof InputError && /offline no server is asked/.test(error.message));
    assert.equal(server.connections, connections);
  });

  it('keeps off training documents that hold a scored text or one that chooses the epoch', async () => {
    const leaks = [...parts.test, ...parts.dev].map((document, i): Document => ({ ...document, id: `leak-${i}`, text: `${document.text} ` }));
    writeFileSync(path.join(corpus, 'train.jsonl'), writeJsonl([...parts.train, ...leaks]));
    const { tables: [{ footnotes }] } = await direct([qwen, 'fewShot.selection=nearest', 'fewShot.examples=4']);
    const hidden = new Set(leaks.map(({ text }) => text.trim()));
    for (const { body } of server.received) for (const { content } of body.messages.slice(1, -1)) for (const { text } of dataBlocks(content)) assert.ok(!hidden.has(text.trim()), text);
    // The likest differ from text to text.
    assert.ok(new Set(server.received.map(({ body }) => body.messages[1].content)).size > 4);
    assert.ok(footnotes.includes('Examples are of the 72 training documents only, without 24 that hold a text of another part.'), footnotes.join('\n'));
  });

  it('spends no more than the ceiling of all models together, and goes on where it stopped', async () => {
    await assert.rejects(direct([qwen, 'fewShot.ceiling=0']), { name: 'CostCeilingReached' });
    assert.equal(server.connections, 0);
    const stop = new AbortController();
    const answered: string[] = [];
    server.script = [async (response, received) => {
      if (answered.length < 5) {
        answered.push(question(received));
        await answers(response, received);
        return;
      }
      await kept(5);
      stop.abort();
    }];
    await assert.rejects(direct([qwen], { signal: stop.signal }), Interrupted);
    assert.equal(keptReplies(), 5);
    server.script = [answers];
    server.received.length = 0;
    const rows = rowsOf(await direct(['fewShot.models=["qwen","other"]']));
    // A question that the first run took back may be heard late, and so twice; one that was answered is not asked again.
    const asked = new Set(server.received.filter(({ body }) => body.model !== 'm-2').map(question));
    assert.deepEqual([asked.size, answered.filter((text) => asked.has(text))], [12 - 5, []]);
    assert.deepEqual(rows.map(({ label }) => label), [...labels.slice(0, 5), 'other (m-2)', ...labels.slice(5)]);
    assert.deepEqual(rows[5].measured, rows[4].measured);
    assert.equal(rows[5].answers!.cost, 0);
  });

  it('killed while it asks and begun again, asks nothing twice', async () => {
    const answered: string[] = [];
    const start = () => spawn(process.execPath, ['--require', 'tsx/cjs', path.join(__dirname, 'direct-tiny.ts'), corpus, path.join(folder, 'runs'), ...set(qwen)], { stdio: ['ignore', 'ignore', 'inherit'] });
    const child = start();
    server.script = [async (response, received) => {
      if (answered.length >= 7) {
        await kept(answered.length);
        child.kill('SIGKILL');
        return;
      }
      answered.push(question(received));
      await answers(response, received);
    }];
    assert.deepEqual(await once(child, 'close'), [null, 'SIGKILL']);
    assert.equal(answered.length, 7);
    server.script = [async (response, received) => {
      answered.push(question(received));
      await answers(response, received);
    }];
    assert.deepEqual(await once(start(), 'close'), [0, null]);
    assert.deepEqual([answered.length, new Set(answered).size], [12, 12]);
  });

  it('scores LLM-MedNER on the documents that are asked about, of runs that are finished', async () => {
    const own = [...tiny, 'training.epochs=4', 'model.channels.dropout=0'];
    const { record, folder: place } = await run(resolveConfig({ variant: 'llm-medner', corpus, profile: 'quick', seed: 0, set: own }), { runs: path.join(folder, 'runs') });
    const all = rowsOf(await direct(own)).at(-1)!;
    assert.deepEqual([all.status, all.measured!.f1.values, all.measured!.interval.documents], ['trained, 1 seed', [record.scores.scored.micro.f1], 12]);
    const few = await direct([...own, 'fewShot.documents=5', qwen]);
    assert.equal(server.received.length, 5);
    const asked = new Set(server.received.map(question));
    const gold = parts.test.filter(({ text }) => asked.has(text));
    const predicted = readFileSync(path.join(place, 'predictions.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Document).filter(({ id }) => gold.some((document) => document.id === id));
    const { micro } = score(gold, predicted.map((document) => ({ ...document, text: gold.find(({ id }) => id === document.id)!.text })));
    assert.deepEqual(rowsOf(few).at(-1)!.measured!.f1.values, [micro.f1]);
    assert.equal(few.records.length, 1);
    // Another run is not taken for it.
    assert.equal(rowsOf(await direct([...own, 'training.epochs=3'])).at(-1)!.status, 'not run: no finished run');
  });

  it('has the paper beside its rows, and says whose figures those are', async () => {
    const { tables: [{ rows, columns, footnotes }] } = await direct(['corpus.scoredDocuments=4'], { corpus: 'sample' });
    const from = columns.findIndex(({ header }) => header === 'paper (CMeEE-V2) P');
    assert.deepEqual(rows.map((row) => [row[0], row[from + 2], row[from + 3]]), [
      [labels[0], '–', '–'],
      ['GPT-4 (few-shot)', '38.00†', 'quoted: Zhu et al. 2023'],
      ['ChatGPT (few-shot)', '46.90†', 'quoted: Zhu et al. 2023'],
      ['ChatGLM-4 (few-shot)', '30.50†', 'quoted: Zhu et al. 2023'],
      ['Qwen-14B (few-shot)', '22.80', 'of unnamed source'],
      ['Chinese-LLaMA-2 13B (LoRA)', '70.40', 'quoted: Zhu et al. 2023'],
      ['Baichuan-13B (LoRA)', '71.00', 'quoted: Zhu et al. 2023'],
      ['LLM-MedNER', '79.10', 'its own'],
    ]);
    // P 41.2 and R 34.9 with a decimal each.
    assert.ok(footnotes.some((note) => /^† .*They give: GPT-4 \(few-shot\) 37\.739 to 37\.840; ChatGPT \(few-shot\) .*; ChatGLM-4 \(few-shot\) [^;]*\.$/.test(note)), footnotes.join('\n'));
  });

  it('refuses fields and models that there are not, and has the weights of no profile in its way', async () => {
    const refused = (more: string[], message: RegExp) => assert.rejects(direct(more), (error: Error) => error instanceof InputError && message.test(error.message));
    await refused(['fewShot.example=3'], /there is no field fewShot\.example \(did you mean examples\?\)/);
    await refused(['fewShot.examples=-1'], /fewShot\.examples/);
    await refused(['training.epoch=3'], /there is no field training\.epoch/);
    await refused(['fewShot.models=["gpt"]'], /has no model gpt; it has qwen, other/);
    assert.equal(experiment('a-llm-direct').runs({ corpus, profile: 'quick', seeds: null, set: set('fewShot.models=["qwen","offline-lexicon","other"]') }), 3);
    assert.equal(rowsOf(await direct([], { profile: 'paper' })).at(-1)!.status, 'not run: its weights or features are not there');
  });
});
