import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { InputError } from '../../lib/common';
import { inference } from '../../lib/layers';
import { buildModel, collate, disposeBatch, importWeights, type ImportReport, makeExamples, ModelConfig, publishedEncoder, readPublishedConfig, readSafetensors } from '../../lib/models';
import { encoderShapes } from '../../lib/models/published-names';
import { Tokenizer, Vocabulary } from '../../lib/text';
import { assertClose, readReference, reference } from '../layers/support';

interface Golden {
  ids: number[][];
  mask: number[][];
  hidden: number[][][];
}

const files = ['config.json', 'vocab.txt', 'model.safetensors'];

/** test/reference/roformer.py: a RoFormerForMaskedLM as transformers writes it, a vocabulary of its own beside it. */
describe('weights import of a RoFormer', () => {
  const golden = readReference<Golden>('roformer', 'golden.json');
  const parent = mkdtempSync(path.join(tmpdir(), 'roformer-'));
  const out = path.join(parent, 'imported');
  let report: ImportReport;

  /** A copy of the checkpoint whose config.json has other fields. */
  const changed = (name: string, fields: object): string => {
    const folder = mkdtempSync(path.join(parent, `${name}-`));
    for (const file of files) copyFileSync(reference('roformer', file), path.join(folder, file));
    const config = JSON.parse(readFileSync(reference('roformer', 'config.json'), 'utf8')) as object;
    writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ ...config, ...fields }));
    return folder;
  };

  before(async () => {
    await prepareBackend({ quiet: true });
    report = await importWeights(changed('source', {}), { out });
  });
  after(() => rmSync(parent, { recursive: true }));

  it('takes every tensor of the encoder bit by bit, and leaves the head and the table of sinusoids aside', () => {
    const original = readSafetensors(reference('roformer', 'model.safetensors'));
    const shapes = encoderShapes(readPublishedConfig(out));
    assert.ok(![...shapes.keys()].some((name) => name.includes('position')));
    const expected = [...shapes].map(([name, shape]) => [name, { shape, values: original.get(name.replace(/^bert\./, 'roformer.'))!.values }] as const);
    assert.deepEqual(readSafetensors(path.join(out, 'model.safetensors')), new Map([...expected].sort(([a], [b]) => (a < b ? -1 : 1))));
    assert.equal(report.tensors + report.dropped.length, original.size);
    assert.deepEqual(report.dropped.filter((name) => !name.startsWith('cls.predictions.')), ['roformer.encoder.embed_positions.weight']);
  });

  it("a model that starts from it has transformers' hidden states of its vocabulary's tokens, to 1e-5", () => {
    const vocabulary = Vocabulary.fromFile(path.join(out, 'vocab.txt'));
    const encoder = publishedEncoder(out);
    assert.equal(encoder.positions, 'rope');
    const before = tf.memory().numTensors;
    const model = buildModel(ModelConfig.parse({ encoder, head: { kind: 'token-classifier' } }), { types: ['dis'], vocabularySize: vocabulary.size, seed: 1 });
    // The golden tokens as text, from which the vocabulary must give the same ids.
    const documents = golden.ids.map((ids, row) => ({
      id: String(row), text: ids.slice(1, golden.mask[row].lastIndexOf(1)).map((id) => vocabulary.tokens[id]).join(''), entities: [],
    }));
    const { examples } = makeExamples(documents, { tokenizer: new Tokenizer(vocabulary), maxLength: 32, overlap: 0, types: ['dis'] });
    const batch = collate(examples);
    assert.deepEqual(batch.ids.arraySync(), golden.ids);
    assert.deepEqual(batch.mask.arraySync(), golden.mask);
    const hidden = tf.tidy(() => model.encode(batch, inference).mul(batch.mask.expandDims(2)).dataSync());
    assertClose(hidden, golden.hidden.map((rows, b) => rows.map((row, i) => row.map((value) => value * golden.mask[b][i]))), 1e-5);
    disposeBatch(batch);
    model.dispose();
    assert.equal(tf.memory().numTensors, before);
  });

  it('refuses what is another model, and another vocabulary', async () => {
    const refuses = (folder: string, message: RegExp) =>
      assert.rejects(importWeights(folder, { out: path.join(parent, 'refused') }), (error: Error) => error instanceof InputError && message.test(error.message));
    await refuses(changed('rotated-values', { rotary_value: true }), /rotary_value/);
    await refuses(changed('narrow', { embedding_size: 8 }), /embedding_size: token vectors of another width/);
    await refuses(changed('bert', { model_type: 'bert' }), /lacks tensors.*1 \(bert\.embeddings\.position_embeddings\.weight\)/);
    const folder = changed('vocabulary', {});
    writeFileSync(path.join(folder, 'vocab.txt'), readFileSync(path.join(folder, 'vocab.txt'), 'utf8') + '另\n');
    await refuses(folder, /has 41 tokens, config\.json says vocab_size 40/);
    const absolute = ModelConfig.parse({ encoder: { ...publishedEncoder(out), positions: 'absolute' }, head: { kind: 'token-classifier' } });
    assert.throws(() => buildModel(absolute, { types: ['dis'], vocabularySize: 40, seed: 1 }), /has no position table; set model\.encoder\.positions=rope/);
  });
});
