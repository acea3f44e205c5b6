import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Command } from 'commander';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { register } from '../../lib/cli/weights';
import { InputError } from '../../lib/common';
import type { StoredTensor } from '../../lib/layers';
import {
  buildModel, importWeights, ModelConfig, publishedEncoder, readPublishedConfig, readSafetensors, readSafetensorsFile, writeSafetensors,
} from '../../lib/models';
import { encoderShapes } from '../../lib/models/published-names';

const reference = path.join(__dirname, '..', 'reference', 'bert');

describe('weights import', () => {
  let folder: string;
  let out: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'checkpoint-'));
    out = path.join(folder, 'imported');
    for (const file of ['config.json', 'vocab.txt']) copyFileSync(path.join(reference, file), path.join(folder, file));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const place = (file: string, as = file) => copyFileSync(path.join(reference, file), path.join(folder, as));
  const original = () => readSafetensors(path.join(reference, 'model.safetensors'));
  const expected = () => new Map([...original()].filter(([name]) => encoderShapes(readPublishedConfig(folder)).has(name)));
  const imported = () => readSafetensors(path.join(out, 'model.safetensors'));
  const refuses = (message: RegExp) =>
    assert.rejects(importWeights(folder, { out }), (error: Error) => error instanceof InputError && message.test(error.message));
  /** Places transformers' file with its tensors changed. */
  const placeChanged = (change: (tensors: Map<string, StoredTensor>) => void) => {
    const tensors = original();
    change(tensors);
    writeSafetensors(path.join(folder, 'model.safetensors'), tensors);
  };

  const heads = ['cls.predictions.bias', 'bert.pooler.dense.weight'];
  const formats: Array<[string, string, string, string[]]> = [
    ['safetensors', 'model.safetensors', 'model.safetensors', heads],
    ['TensorFlow h5', 'tf_model.h5', 'tf_model.h5', ['tf_bert_for_pre_training/mlm___cls/predictions/bias:0', 'tf_bert_for_pre_training/bert/pooler/dense/kernel:0']],
    ['TensorFlow h5 with heads apart', 'tf_model_einsum.h5', 'tf_model.h5', []],
    ['flax msgpack', 'flax_model.msgpack', 'flax_model.msgpack', ['cls/predictions/bias', 'bert/pooler/dense/kernel']],
  ];
  for (const [format, file, as, dropped] of formats) {
    it(`reads ${format}: every tensor bit by bit, the heads listed as left aside`, async () => {
      place(file, as);
      const report = await importWeights(folder, { out });
      assert.deepEqual(imported(), new Map([...expected()].sort()));
      assert.equal(report.tensors, expected().size);
      assert.equal(report.parameters, [...expected().values()].reduce((sum, { values }) => sum + values.length, 0));
      dropped.forEach((name) => assert.ok(report.dropped.includes(name), `${name} in ${report.dropped.join(', ')}`));
      assert.deepEqual(readFileSync(path.join(out, 'vocab.txt')), readFileSync(path.join(reference, 'vocab.txt')));
    });
  }

  it('leaves weights that are there alone, unless told to write over them', async () => {
    place('model.safetensors');
    await importWeights(folder, { out });
    placeChanged((tensors) => tensors.get('bert.embeddings.word_embeddings.weight')!.values.fill(0.5));
    const before = readFileSync(path.join(out, 'model.safetensors'));
    await refuses(/imported has weights already \(model\.safetensors\): name another folder with --name or --out, or write over it with --force/);
    assert.deepEqual(readFileSync(path.join(out, 'model.safetensors')), before);
    await importWeights(folder, { out, force: true });
    assert.ok(imported().get('bert.embeddings.word_embeddings.weight')!.values.every((value) => value === 0.5));
    // A folder whose weights are missing was left half made.
    rmSync(path.join(out, 'model.safetensors'));
    await importWeights(folder, { out });
  });

  it('reads names without the prefix, and gamma and beta', async () => {
    placeChanged((tensors) => {
      for (const [name, tensor] of [...tensors]) {
        tensors.delete(name);
        if (name.startsWith('cls.')) continue;
        tensors.set(name.replace(/^bert\./, '').replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta'), tensor);
      }
      tensors.set('embeddings.position_ids', { shape: [1, 12], values: Float32Array.from({ length: 12 }, (_, i) => i) });
    });
    const report = await importWeights(folder, { out });
    assert.deepEqual(imported(), new Map([...expected()].sort()));
    assert.deepEqual(report.dropped, ['embeddings.position_ids', 'pooler.dense.bias', 'pooler.dense.weight']);
  });

  it('refuses a missing tensor, writing nothing', async () => {
    placeChanged((tensors) => tensors.delete('bert.encoder.layer.1.output.dense.bias'));
    await refuses(/lacks tensors.*1 \(bert\.encoder\.layer\.1\.output\.dense\.bias\)/);
    assert.ok(!existsSync(out));
  });

  it('refuses a left-over tensor', async () => {
    placeChanged((tensors) => tensors.set('bert.encoder.layer.2.output.dense.bias', { shape: [16], values: new Float32Array(16) }));
    await refuses(/no BERT encoder has: 1 \(bert\.encoder\.layer\.2\.output\.dense\.bias\)/);
  });

  it('refuses a misshapen tensor', async () => {
    placeChanged((tensors) => tensors.set('bert.encoder.layer.0.intermediate.dense.weight', { shape: [16, 24], values: new Float32Array(384) }));
    await refuses(/intermediate\.dense\.weight has shape \[16,24\], config\.json calls for \[24,16\]/);
  });

  it('refuses a pickle and says how to convert it', async () => {
    writeFileSync(path.join(folder, 'pytorch_model.bin'), 'x');
    await refuses(/pickle.*from_pretrained.*save_pretrained/);
  });

  it('refuses a folder without weights, a broken h5 and a broken msgpack', async () => {
    await refuses(/no weights: expected model\.safetensors/);
    writeFileSync(path.join(folder, 'flax_model.msgpack'), Buffer.from([0x93, 1]));
    await refuses(/no flax weight file/);
    writeFileSync(path.join(folder, 'tf_model.h5'), 'not hdf5');
    await refuses(/no Keras weight file/);
    writeFileSync(path.join(folder, 'tf_model.h5'), readFileSync(path.join(reference, 'tf_model.h5')).subarray(0, 50000));
    await refuses(/no Keras weight file/);
  });

  it('refuses another activation and another vocabulary', async () => {
    place('model.safetensors');
    const config = JSON.parse(readFileSync(path.join(reference, 'config.json'), 'utf8')) as object;
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, hidden_act: 'relu' }));
    await refuses(/hidden_act/);
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, vocab_size: 41 }));
    await refuses(/has 40 tokens, config\.json says vocab_size 41/);
  });

  it('a model starts from the imported weights; its structure and vocabulary must fit', async () => {
    place('model.safetensors');
    await importWeights(folder, { out });
    await prepareBackend({ quiet: true });
    const config = ModelConfig.parse({ encoder: publishedEncoder(out), head: { kind: 'global-pointer', size: 4 } });
    const resources = { types: ['dis'], vocabularySize: 40, seed: 1 };
    const before = tf.memory().numTensors;
    const model = buildModel(config, resources);
    for (const [name, { values }] of expected()) assert.deepEqual(model.parameters.get(name).dataSync(), values);
    model.dispose();
    const rotary = buildModel({ ...config, encoder: { ...config.encoder, positions: 'rope' } }, resources);
    assert.ok(!rotary.parameters.has('bert.embeddings.position_embeddings.weight'));
    rotary.dispose();
    assert.equal(tf.memory().numTensors, before);
    assert.throws(() => buildModel(config, { ...resources, vocabularySize: 41 }), /vocabulary has 40 tokens, the tokenizer's 41/);
    assert.throws(() => buildModel({ ...config, encoder: { ...config.encoder, layers: 3 } }, resources), /layers is 2, the model's config says 3/);
    rmSync(path.join(out, 'model.safetensors'));
    assert.throws(() => buildModel(config, resources), /weights import/);
  });

  it('the command writes the folder and its report', async () => {
    place('model.safetensors');
    const program = new Command().exitOverride();
    register(program);
    const written: string[] = [];
    const write = process.stdout.write;
    process.stdout.write = ((text: string) => written.push(text) > 0) as typeof process.stdout.write;
    try {
      await program.parseAsync(['weights', 'import', folder, '--out', out, '--json'], { from: 'user' });
    } finally {
      process.stdout.write = write;
    }
    const report = JSON.parse(written.join('')) as { folder: string; tensors: number };
    assert.deepEqual([report.folder, report.tensors], [out, expected().size]);
    assert.equal(readSafetensorsFile(path.join(out, 'model.safetensors')).metadata.source, 'model.safetensors');
  });
});
