import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { collate, disposeBatch, makeExamples, packWords, tokenWords, type TokenWords, wordSets } from '../../lib/models';
import { Lexicon, Tokenizer, Vocabulary } from '../../lib/text';
import { assertNoLeak } from '../layers/support';

const words = ['肺', '肺炎', '肺炎球', '炎球菌', 'ct', 't片'];
const lexicon = new Lexicon(words, [0, 3, 1, 0, 2, 5]);
const tokenizer = new Tokenizer(Vocabulary.build(['肺炎球菌片查 ct', 'ct ct ct ct ct']));
const row = (word: string): number => words.indexOf(word) + 10;

/** Each token's words as `SET WORD WEIGHT`. */
function listed({ offsets, sets, rows, weights }: TokenWords): string[][] {
  return Array.from({ length: offsets.length - 1 }, (_, t) =>
    Array.from({ length: offsets[t + 1] - offsets[t] }, (_entry, i) => {
      const entry = offsets[t] + i;
      return `${wordSets[sets[entry]]} ${words[rows[entry] - 10]} ${weights[entry].toFixed(4)}`;
    }));
}

describe('lexicon words at tokens', () => {
  before(() => prepareBackend({ quiet: true }));

  it('stand in the sets of their places, weighed by their counts to a sum of 4, at least as if counted once', () => {
    const text = '肺炎球菌ct片';
    assert.deepEqual(listed(tokenWords(text, tokenizer.encode(text), lexicon, row)), [
      ['S 肺 0.8000', 'B 肺炎 2.4000', 'B 肺炎球 0.8000'],
      ['E 肺炎 2.4000', 'M 肺炎球 0.8000', 'B 炎球菌 0.8000'],
      ['E 肺炎球 2.0000', 'M 炎球菌 2.0000'],
      ['E 炎球菌 4.0000'],
      ['S ct 4.0000'], // t片 begins inside the token
      [],
    ]);
  });

  it('are packed with padding of weight 0, as wide as the largest set', () => {
    const one = { offsets: Int32Array.of(0, 0, 3), sets: Uint8Array.of(0, 0, 3), rows: Int32Array.of(3, 4, 5), weights: Float32Array.of(1, 2, 1) };
    const none = (tokens: number): TokenWords => ({ offsets: new Int32Array(tokens + 1), sets: new Uint8Array(0), rows: new Int32Array(0), weights: new Float32Array(0) });
    const packed = packWords([one, none(1)], 3);
    assert.deepEqual(packed.shape, [2, 3, 4, 2]);
    assert.deepEqual([...packed.rows.subarray(8, 16)], [3, 4, 0, 0, 0, 0, 5, 0]);
    assert.deepEqual([...packed.weights.subarray(8, 16)], [1, 2, 0, 0, 0, 0, 1, 0]);
    assert.equal(packed.rows.reduce((a, b) => a + b), 12);
    assert.deepEqual(packWords([none(2)], 2).shape, [1, 2, 4, 1]);
  });

  it('follow their tokens into windows and batches, words cut by a border too', async () => {
    const text = '查'.repeat(6) + '肺炎球菌' + '查'.repeat(6);
    const wordVectors = { row };
    const segmenter = { segment: () => [] };
    const { examples } = makeExamples([{ id: 'd', text, entities: [] }], { tokenizer, segmenter, wordVectors, lexicon, maxLength: 10, overlap: 2, types: [] });
    const whole = listed(tokenWords(text, tokenizer.encode(text), lexicon, row));
    assert.ok(examples.length > 1);
    for (const { window, lexicon: held } of examples) assert.deepEqual(listed(held!), [[], ...whole.slice(window.first, window.last), []]);
    await assertNoLeak(() => {
      tf.engine().startScope();
      const batch = collate(examples);
      tf.engine().endScope();
      assert.deepEqual(batch.lexicon!.rows.shape, [examples.length, 10, 4, 2]);
      assert.equal(batch.lexicon!.rows.dtype, 'int32');
      disposeBatch(batch);
    });
    assert.throws(() => collate([examples[0], { ...examples[1], lexicon: undefined }]), /1 of 2 examples have lexicon words/);
  });
});
