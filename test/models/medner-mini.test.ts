import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { inProject } from '../../lib/common';
import { bert, inference, Parameters } from '../../lib/layers';
import { pretrainedTensors, publishedEncoder } from '../../lib/models';
import { guessHidden, readPretrainRecord, readPublished } from '../../lib/pretraining';
import { Tokenizer, Vocabulary } from '../../lib/text';
import { assertClose, readReference } from '../layers/support';

interface Golden {
  text: string;
  ids: number[];
  hidden: number[][];
  guesses: string[][];
  probabilities: number[][];
}

const folder = inProject('data', 'models', 'medner-mini');

/** test/reference/medner-mini.py: transformers with the shipped files. */
describe('medner-mini', () => {
  const golden = readReference<Golden[]>('medner-mini.json');
  const vocabulary = Vocabulary.fromFile(path.join(folder, 'vocab.txt'));
  const tokenizer = new Tokenizer(vocabulary);
  before(() => prepareBackend({ quiet: true }));

  it('tokens are those of its tokenizer.json in transformers', () => {
    for (const { text, ids } of golden) assert.deepEqual([vocabulary.cls, ...tokenizer.encode(text).map(({ id }) => id), vocabulary.sep], ids);
  });

  it("hidden states are transformers' to 1e-4", () => {
    const config = publishedEncoder(folder);
    const parameters = new Parameters(0, pretrainedTensors(config, vocabulary.size));
    const encoder = bert(parameters.scope('bert', 'encoder'), { ...config, vocabulary: vocabulary.size });
    for (const { ids, hidden } of golden) {
      const states = tf.tidy(() => encoder.forward(tf.tensor2d([ids], undefined, 'int32'), tf.ones([1, ids.length]), inference).arraySync()[0]);
      assertClose(states.flatMap((row) => [row[0], row[row.length - 1]]), hidden, 1e-4);
    }
    parameters.dispose();
  });

  it("guesses are transformers' too", async () => {
    const { model } = readPublished(folder);
    for (const { text, guesses, probabilities } of golden) {
      const ours = await guessHidden(model, tokenizer, text, 5);
      assert.deepEqual(ours.map((row) => row.map(({ token }) => token)), guesses);
      assertClose(ours.flatMap((row) => row.map(({ probability }) => probability)), probabilities, 1e-4);
    }
    model.dispose();
  });

  it('weighs at most 15 MB with its word vectors apart, and its record names the text by relative paths', () => {
    const size = (name: string): number => statSync(path.join(folder, name)).size;
    assert.ok(['model.safetensors', 'vocab.txt', 'tokenizer.json', 'config.json'].reduce((sum, name) => sum + size(name), 0) < 15e6);
    const record = readPretrainRecord(folder)!;
    for (const name of [...record.config.text.sources, ...record.config.text.guarded, record.command]) assert.ok(!name.startsWith('/'), name);
  });
});
