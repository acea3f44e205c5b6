import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { InputError, Random } from '../../lib/common';
import { trainWordVectors, type WordVectors, type Word2VecProgress } from '../../lib/text';
import { NegativeSampling } from '../../lib/text/negative-sampling';

describe('the update of negative sampling', () => {
  const reference = JSON.parse(readFileSync(path.join(__dirname, '../reference/text-word2vec.json'), 'utf8'));
  const { dimension, rate, observed, negatives } = reference;
  const tables = () => {
    const made = new NegativeSampling(reference.input.length, dimension, negatives.length + 1);
    const put = (to: Float32Array, rows: number[][]) => rows.forEach((row, i) => to.set(row, i * made.stride));
    put(made.input, reference.input);
    put(made.output, reference.output);
    [observed, ...negatives].forEach((row: number, k: number) => made.target(k, row));
    return made;
  };
  // float32 rounding and the sigmoid's interpolation, 3e-6 · rate · |o|
  const assertClose = (actual: Float32Array, stride: number, expected: number[][]) => expected.forEach((row, i) => row.forEach((value, k) => {
    assert.ok(Math.abs(actual[i * stride + k] - value) < 2e-6, `row ${i}, column ${k}: ${actual[i * stride + k]} is not ${value}`);
  }));

  it('is that of PyTorch for skip-gram', () => {
    const made = tables();
    made.updateWord(reference.skipGram.word, rate);
    assertClose(made.input, made.stride, reference.skipGram.input);
    assertClose(made.output, made.stride, reference.skipGram.output);
  });

  it('is that of PyTorch for CBOW', () => {
    const made = tables();
    made.updateMean(reference.cbow.context, reference.cbow.context.length, rate);
    assertClose(made.input, made.stride, reference.cbow.input);
    assertClose(made.output, made.stride, reference.cbow.output);
  });

  it('holds at scores beyond the sigmoid table', () => {
    const made = new NegativeSampling(3, 1, 2);
    made.input[0] = 100;
    made.output.set([1], 0);
    made.output.set([-1], made.stride);
    made.target(0, 0);
    made.target(1, 1);
    made.updateWord(0, 0.1);
    assert.ok(Math.abs(made.input[0] - 100) < 1e-5 && Math.abs(made.output[0] - 1) < 1e-5);
    made.target(0, 1);
    made.target(1, 0);
    made.updateWord(0, 0.1);
    // both targets wrong: input += 0.1 · (−1) − 0.1 · 1, each output moves by ±0.1 · 100
    assert.ok(Math.abs(made.input[0] - 99.8) < 1e-4 && Math.abs(made.output[0] + 9) < 1e-4 && Math.abs(made.output[made.stride] - 9) < 1e-4);
  });
});

/** Sentences of one topic each: topic words stand between function words that all topics share. */
function topicSentences(count: number): string[][] {
  const random = Random.from(9, 'topics');
  const topics = ['心', '肺', '肝', '肾'].map((organ) => Array.from({ length: 8 }, (_, i) => `${organ}${i}`));
  const shared = ['的', '和', '在', '有'];
  return Array.from({ length: count }, () => {
    const words = random.pick(topics);
    return Array.from({ length: 10 }, () => (random.uniform() < 0.3 ? random.pick(shared) : random.pick(words)));
  });
}

describe('trainWordVectors', () => {
  const sentences = topicSentences(1500);

  /** The share of topic words whose seven nearest neighbours are the other seven of their topic. */
  function purity(vectors: WordVectors): number {
    const words = vectors.words.filter((word) => /^[心肺肝肾]\d$/u.test(word));
    assert.equal(words.length, 32);
    const hits = words.map((word) => vectors.neighbours(word, 7).filter((neighbour) => neighbour.word[0] === word[0]).length);
    return hits.reduce((a, b) => a + b, 0) / (7 * words.length);
  }

  for (const mode of ['skip-gram', 'cbow'] as const) {
    it(`puts words of shared contexts together, ${mode}`, () => {
      const vectors = trainWordVectors(sentences, { mode, dimension: 30, epochs: 15, learningRate: 0.05 });
      assert.ok(purity(vectors) > 0.95, `purity ${purity(vectors)}`);
    });
  }

  it('gives the same bits for the same seed, others for another', () => {
    const train = (seed: number) => trainWordVectors(sentences.slice(0, 200), { dimension: 20, epochs: 2, seed });
    assert.deepEqual(train(1).matrix, train(1).matrix);
    assert.notDeepEqual(train(1).matrix, train(2).matrix);
  });

  it('orders words by count, and has special rows of its own', () => {
    const text = [['乙', '甲', '\r\n', '甲'], ['丙', '乙', ' ', '稀']];
    const vectors = trainWordVectors(text, { dimension: 6, minCount: 1 });
    assert.deepEqual(vectors.words, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '乙', '甲', '丙', '稀']);
    assert.deepEqual([...vectors.vector(0)], [0, 0, 0, 0, 0, 0]);
    for (let i = 0; i < 6; i++) {
      const mean = [4, 5, 6, 7].reduce((sum, row) => sum + vectors.vector(row)[i] / 4, 0);
      assert.ok(Math.abs(vectors.vector(1)[i] - mean) < 1e-7, '[UNK] is the mean when no word is rare');
    }
    const rare = trainWordVectors(text, { dimension: 6, minCount: 2 });
    assert.deepEqual(rare.words.slice(4), ['乙', '甲']);
    assert.equal(rare.row('稀'), 1);
  });

  it('trains [CLS] and [SEP] as the edges of sentences', () => {
    const random = Random.from(2, 'edges');
    const inside = () => Array.from({ length: 12 }, () => `中${random.below(9)}`);
    const maybe = (word: string) => (random.uniform() < 0.5 ? [word] : []);
    const text = Array.from({ length: 1000 }, () => [...maybe('起'), `首${random.below(3)}`, ...inside(), `尾${random.below(3)}`, ...maybe('终')]);
    const vectors = trainWordVectors(text, { dimension: 20, window: 3, epochs: 10, subsample: 0 });
    const cosines = (word: string) => new Map(vectors.neighbours(word, vectors.size).map((neighbour) => [neighbour.word, neighbour.cosine]));
    const [first, last] = [cosines('[CLS]'), cosines('[SEP]')];
    assert.ok(first.get('起')! > first.get('终')! + 0.2 && last.get('终')! > last.get('起')! + 0.2);
  });

  it('reports its progress', () => {
    const seen: Word2VecProgress[] = [];
    trainWordVectors(sentences.slice(0, 100), { dimension: 4, epochs: 3 }, (progress) => seen.push(progress));
    assert.deepEqual(seen.map(({ words, total }) => [words, total]), [[0, 3600], [1200, 3600], [2400, 3600], [3600, 3600]]);
    assert.ok(seen.every((progress, i) => i === 0 || progress.learningRate < seen[i - 1].learningRate));
  });

  it('refuses unknown and impossible options, and a text without words', () => {
    assert.throws(() => trainWordVectors(sentences, { windows: 3 } as object), (error: Error) => error instanceof InputError && /windows/.test(error.message));
    assert.throws(() => trainWordVectors(sentences, { dimension: 0 }), InputError);
    assert.throws(() => trainWordVectors([[' ']], {}), /no word to train on/);
    assert.throws(() => trainWordVectors([['a'], ['b c']], {}), /sentence 2 holds the word "b c"/);
  });
});
