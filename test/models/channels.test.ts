import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { prepareBackend } from '../../lib/backend';
import { inference } from '../../lib/layers';
import type { LlmFeatures } from '../../lib/llm';
import {
  buildModel, type ChannelInput, type ChannelResources, collate, cutByLength, disposeBatch, type Example, makeExamples, ModelConfig,
} from '../../lib/models';
import { Tokenizer, Vocabulary } from '../../lib/text';
import { assertClose, assertNoLeak } from '../layers/support';

const sentences = ['患者因肺炎入院。', '给予青霉素治疗，', '后因过敏停药。', '肺炎好转出院。'];
const rewritten = ['病人由于肺炎而住院。', '予以青霉素，', '之后过敏所以停用。', '肺炎有所好转，遂离院回家。'];
const vocabulary = Vocabulary.build([...sentences, ...rewritten, '一种肺部的病抗菌药名词治疗关系-：']);
const tokenizer = new Tokenizer(vocabulary);
const all = { second: 'enhanced', features: ['keyword', 'description', 'partOfSpeech', 'relation'], pooling: 'mean' } as const;

const spansOf = (text: string, term: string): Array<{ start: number; end: number }> => {
  const found = [];
  for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) found.push({ start: at, end: at + term.length });
  return found;
};

/** Features of a text of the sentences, each as often as it is listed. */
function told(order: number[], descriptions: Record<string, string> = { 肺炎: '一种肺部的病', 青霉素: '抗菌药' }): LlmFeatures {
  const [text, enhanced] = [order.map((i) => sentences[i]).join(''), order.map((i) => rewritten[i]).join('')];
  const keywords = Object.entries(descriptions).filter(([term]) => text.includes(term)).map(([term, description]) => ({
    text: term, description, pos: '名词' as const, original: spansOf(text, term), enhanced: spansOf(enhanced, term),
  }));
  return { text, enhanced, keywords, relations: keywords.length === 2 ? [{ first: 0, second: 1, text: '治疗关系' }] : [] };
}

function examplesOf(features: LlmFeatures, config: Partial<ChannelResources['config']> = {}, maxLength = 14): Example[] {
  const channels = { config: { ...all, features: [...all.features], ...config }, featuresOf: () => features };
  return makeExamples([{ id: 'd', text: features.text, entities: [] }], { tokenizer, channels, maxLength, overlap: 3, types: ['dis'] }).examples;
}

const spelled = (ids: Iterable<number>): string => Array.from(ids, (id) => vocabulary.tokens[id]).join('');
const second = ({ second: pieces }: ChannelInput): string => pieces.map(spelled).join('');

describe('inputs of the channels', () => {
  it('of a text of one window are its enhanced text, its keywords\' tokens in both, and what is said of them', () => {
    const features = told([0, 1]);
    const [{ channels, ids }] = examplesOf(features, {}, 40);
    assert.equal(second(channels!), `[CLS]${features.enhanced}[SEP]`);
    const [pneumonia, penicillin] = channels!.keywords;
    const at = (tokens: Int32Array, places: number[]): string => spelled(places.map((place) => tokens[place]));
    assert.deepEqual([at(ids, pneumonia.original), at(channels!.second[0], pneumonia.second)], ['肺炎', '肺炎']);
    assert.deepEqual([at(ids, penicillin.original), at(channels!.second[0], penicillin.second)], ['青霉素', '青霉素']);
    assert.deepEqual(pneumonia.items.map(({ kind, item }) => [kind, spelled(item.parts[0].ids)]), [
      ['keyword', '[CLS]肺炎[SEP]'], ['description', '[CLS]一种肺部的病[SEP]'], ['partOfSpeech', '[CLS]名词[SEP]'], ['relation', '[CLS]肺炎-青霉素：治疗关系[SEP]'],
    ]);
    assert.equal(pneumonia.items[3].item, penicillin.items[3].item, 'one pair, one item');
    assert.deepEqual([...pneumonia.items[0].item.parts[0].weights], [0, 0.5, 0.5, 0]);
  });

  it('leave nothing of a long text\'s enhanced text out, and put every keyword where it stands', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 9 }), fc.integer({ min: 9, max: 30 }), (order, maxLength) => {
      const features = told(order);
      const examples = examplesOf(features, {}, maxLength);
      const pieces = examples.map(({ channels }) => channels!.second.map((ids) => spelled(ids.subarray(1, -1))).join(''));
      // Each window's part stands in T'; the first begins it, the last ends it, and each begins where the one before has not ended.
      let reached = 0;
      for (const piece of pieces) {
        const starts = Array.from({ length: reached + 1 }, (_, start) => start).filter((start) => features.enhanced!.startsWith(piece, start));
        assert.ok(starts.length > 0, `${piece} leaves a gap after ${features.enhanced!.slice(0, reached)}`);
        reached = Math.max(...starts) + piece.length;
      }
      assert.ok(features.enhanced!.startsWith(pieces[0]) && features.enhanced!.endsWith(pieces[pieces.length - 1]));
      for (const { ids, channels } of examples) {
        assert.ok(channels!.second.every(({ length }) => length <= maxLength));
        const joined = channels!.second.flatMap((one) => [...one]);
        for (const { items, original, second: places } of channels!.keywords) {
          const term = new Set(spelled(items[0].item.parts[0].ids.subarray(1, -1)));
          for (const place of original) assert.ok(term.has(vocabulary.tokens[ids[place]]));
          for (const place of places) assert.ok(term.has(vocabulary.tokens[joined[place]]));
        }
      }
      // Every occurrence in T is found, in one window or in several.
      const tokens = new Set(examples.flatMap(({ channels, window }) => channels!.keywords.flatMap(({ original }) => original.map((place) => place - 1 + window.first))));
      assert.equal(tokens.size, features.keywords.reduce((sum, { original }) => sum + original.reduce((length, { start, end }) => length + end - start, 0), 0));
    }), { numRuns: 150, seed: 6 });
  });

  it('of a text without an enhanced one are the text itself; of an ablation, what is left', () => {
    const features = told([0, 1]);
    const [bare] = examplesOf({ ...features, enhanced: null, keywords: features.keywords.map((keyword) => ({ ...keyword, enhanced: [] })) }, {}, 40);
    assert.deepEqual(bare.channels!.second, [bare.ids]);
    assert.deepEqual(bare.channels!.keywords.map(({ second: places }) => places), bare.channels!.keywords.map(({ original }) => original));
    const [again] = examplesOf(features, { second: 'original' }, 40);
    assert.deepEqual(again.channels!.second, [again.ids]);
    const [none] = examplesOf(features, { features: [] }, 40);
    assert.deepEqual(none.channels!.keywords, []);
    const [alone] = examplesOf(features, { second: null, features: ['partOfSpeech'], pooling: 'cls' }, 40);
    assert.deepEqual([alone.channels!.second, alone.channels!.keywords[0].second], [[], []]);
    assert.deepEqual([...alone.channels!.keywords[0].items[0].item.parts[0].weights], [1, 0, 0, 0]);
  });

  it('read an item longer than a window in parts, all of whose tokens count alike', () => {
    const long = '抗菌药'.repeat(10);
    const [{ channels }] = examplesOf(told([1], { 青霉素: long }));
    const { parts } = channels!.keywords[0].items[1].item;
    assert.equal(parts.map(({ ids }) => spelled(ids.subarray(1, -1))).join(''), long);
    assert.ok(parts.length > 1 && parts.every(({ ids }) => ids.length <= 14));
    assert.deepEqual(new Set(parts.flatMap(({ weights }) => [...weights.subarray(1, -1)])), new Set([Math.fround(1 / 30)]));
  });
});

describe('cutByLength', () => {
  it('costs no more than any other cut', () => {
    const cost = (lengths: number[], runs: ReadonlyArray<readonly [number, number]>): number =>
      runs.reduce((sum, [first, last]) => sum + 64 + (last - first) * lengths[last - 1], 0);
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 9 }), (given) => {
      const lengths = [...given].sort((a, b) => a - b);
      const runs = cutByLength(lengths);
      assert.deepEqual(runs.flatMap(([first, last]) => lengths.slice(first, last)), lengths);
      for (let bits = 0; bits < 2 ** Math.max(0, lengths.length - 1); bits++) {
        const ends = lengths.map((_, i) => i + 1).filter((end) => end === lengths.length || (bits >> (end - 1)) % 2 === 1);
        assert.ok(cost(lengths, runs) <= cost(lengths, ends.map((end, i) => [ends[i - 1] ?? 0, end] as const)));
      }
    }), { numRuns: 100, seed: 2 });
  });
});

describe('a batch of channel inputs', () => {
  before(() => prepareBackend({ quiet: true }));
  const model = (channels: object) => buildModel(
    ModelConfig.parse({ encoder: { layers: 1, hidden: 16, heads: 2, feedForward: 32, maxPositions: 64 }, channels: { dropout: 0, ...channels }, head: { kind: 'co-predictor' } }),
    { types: ['dis'], vocabularySize: vocabulary.size, seed: 1 },
  );

  it('holds each item once', async () => {
    await assertNoLeak(() => {
      const examples = [...examplesOf(told([0, 1]), {}, 40), ...examplesOf(told([3, 1]), {}, 40)];
      const batch = collate(examples);
      // The examples were made apart: 2 keywords, 2 descriptions, 1 part of speech and 1 relation each.
      assert.equal(batch.channels!.items.reduce((sum, { ids }) => sum + ids.shape[0], 0), 12);
      disposeBatch(batch);
      const [one] = examples;
      const twice = collate([one, one]);
      assert.equal(twice.channels!.items.reduce((sum, { ids }) => sum + ids.shape[0], 0), 6);
      disposeBatch(twice);
    });
  });

  it('of texts in several pieces says of each window what it says of it alone', async () => {
    await assertNoLeak(() => {
      const tagger = model({});
      const examples = [...examplesOf(told([0, 1, 2, 3])), ...examplesOf(told([3]), {}, 40)];
      assert.ok(examples.some(({ channels }) => channels!.second.length > 1) && examples.some(({ channels }) => channels!.second.length === 1));
      const scores = (batched: Example[]): number[][][] => {
        const batch = collate(batched);
        const values = tf.tidy(() => tagger.encode(batch, inference).arraySync());
        disposeBatch(batch);
        return values.map((rows, i) => rows.slice(0, batched[i].ids.length));
      };
      scores(examples).forEach((rows, i) => assertClose(rows.flat(), [scores([examples[i]])[0].flat()], 1e-5, `window ${i}`));
      tagger.dispose();
    });
  });

  it('without gradients through items scores alike, and changes the encoder\'s gradients alone', async () => {
    await assertNoLeak(() => {
      const batch = collate(examplesOf(told([0, 1]), {}, 40));
      const [full, cut] = [true, false].map((itemGradient) => {
        const tagger = model({ itemGradient });
        const { value, grads } = tf.variableGrads(() => tagger.loss(batch, inference));
        const found = { loss: value.dataSync()[0], grads: new Map(tagger.parameters.list().map(({ name, variable }) => [name, grads[variable.name].dataSync()])) };
        tf.dispose([value, ...Object.values(grads)]);
        tagger.dispose();
        return found;
      });
      assert.equal(full.loss, cut.loss);
      assert.deepEqual(full.grads.get('channels.mapping.alpha'), cut.grads.get('channels.mapping.alpha'));
      assert.notDeepEqual(full.grads.get('bert.embeddings.word_embeddings.weight'), cut.grads.get('bert.embeddings.word_embeddings.weight'));
      disposeBatch(batch);
    });
  });
});
