import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { inProject } from '../../lib/common';
import { modelNamed, parseModels, readModels, type ServerEntry } from '../../lib/llm';
import { refuses, removeScratch, scratch } from '../corpus/scratch';

const entry = { name: 'a', baseURL: 'http://localhost:8000/v1', model: 'm', keyVariable: null, price: { prompt: 0, completion: 0 }, context: 4096 };
const listOf = (...models: unknown[]): string => JSON.stringify({ models });

describe('llm.yaml', () => {
  afterEach(removeScratch);

  it('as the example has it, is read, with what it leaves out', () => {
    const models = readModels(inProject('data', 'llm.example.yaml'));
    assert.deepEqual(models.map(({ name }) => name), ['chatglm', 'chatgpt', 'qwen', 'qwen-plus', 'vllm', 'ollama', 'llama.cpp']);
    const served = (name: string): ServerEntry => modelNamed(models, name) as ServerEntry;
    assert.deepEqual(served('vllm').body, { chat_template_kwargs: { enable_thinking: false } });
    const { concurrency, timeoutSeconds, body } = served('chatgpt');
    assert.deepEqual({ concurrency, timeoutSeconds, body }, { concurrency: 4, timeoutSeconds: 120, body: {} });
    // Every field is documented at the top.
    const head = readFileSync(inProject('data', 'llm.example.yaml'), 'utf8').split('\nmodels:')[0];
    for (const field of Object.keys(models[0])) assert.match(head, new RegExp(`^#   ${field} `, 'm'));
  });

  it('is refused with entry, field and what to do', async () => {
    const wrong = (fields: object, ...expected: (string | RegExp)[]) => refuses(() => parseModels(listOf({ ...entry, ...fields }), 'x/llm.yaml'), 'x/llm.yaml', 'llm.example.yaml', ...expected);
    await wrong({ baseURL: 'localhost:8000' }, 'models.0.baseURL (a): must be an http or https address');
    await wrong({ baseURL: 'http://me:secret@host/v1' }, 'must hold no user, password');
    await wrong({ baseURL: 'http://host/v1?api_key=secret' }, 'environment variable');
    await wrong({ keyVariable: 'sk-1234' }, 'models.0.keyVariable (a): must be the name of an environment variable, not a key');
    await wrong({ keyVariable: undefined }, 'models.0.keyVariable (a)');
    await wrong({ price: { prompt: -1, completion: 0 } }, 'models.0.price.prompt (a)');
    await wrong({ price: undefined }, 'models.0.price (a)');
    await wrong({ context: 0 }, 'models.0.context (a)');
    await wrong({ timeoutSeconds: 900 }, 'models.0.timeoutSeconds (a)', '300');
    await wrong({ apiKey: 'x' }, 'models.0 (a)', 'apiKey');
    await wrong({ name: 'a b' }, 'models.0.name', 'letters, digits');
    await refuses(() => parseModels('models: []', 'llm.yaml'), 'llm.yaml: models');
    await refuses(() => parseModels('', 'llm.yaml'), 'llm.yaml: the file');
    await refuses(() => parseModels(listOf(entry, entry), 'llm.yaml'), 'two models are named a; rename one');
    await refuses(() => parseModels(listOf({ ...entry, body: { temperature: 1 } }), 'llm.yaml'), 'models.0.body (a) sets temperature');
  });

  it('shows no key that was put there by mistake', async () => {
    const canary = 'sk-canary-1234567890';
    const texts = [listOf({ ...entry, keyVariable: canary }), listOf({ ...entry, apiKey: canary }), listOf({ ...entry, baseURL: `http://${canary}@host/v1` }), `models: [\n  key: ${canary}: x\n  "${canary}`];
    for (const text of texts) {
      assert.throws(() => parseModels(text, 'llm.yaml'), (error: Error) => error.name === 'InputError' && !error.message.includes('canary'));
    }
    await refuses(() => parseModels('models: [\n  {', 'llm.yaml'), /llm\.yaml:2:\d+: is not YAML/);
  });

  it('that is missing, and models it does not have, are named', async () => {
    const file = path.join(scratch({}), 'llm.yaml');
    await refuses(() => readModels(file), 'llm.yaml', 'ENOENT', 'copy data/llm.example.yaml');
    await refuses(() => modelNamed(parseModels(listOf(entry, { ...entry, name: 'b' }), 'x'), 'c'), 'data/llm.yaml has no model c; it has a, b');
  });
});
