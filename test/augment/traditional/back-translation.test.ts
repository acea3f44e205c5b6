import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { codePoints, JobError, Random, sliceCodePoints } from '../../../lib/common';
import type { Entity } from '../../../lib/corpus';
import { ordered, type Passage } from '../../../lib/augment/passage';
import { sentences } from '../../../lib/augment/sentence';
import { backTranslated, type TranslateBack } from '../../../lib/augment/traditional/back-translation';
import { relocate } from '../../../lib/augment/traditional/relocate';
import { lines } from '../marked';

const words = ['患者', '肝', '肝癌', '右上腹', '右上腹疼痛', '上腹', '腹痛', '出现', '🩺', 'CT', 'T', '，', '。', '；', '与'];

/** A passage of words, some of them marked, some of those within each other. */
const passage: fc.Arbitrary<Passage> = fc.array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(0, 0, 0, 1, 2)), { maxLength: 14 }).map((parts) => {
  let at = 0;
  const entities: Entity[] = [];
  for (const [word, marks] of parts) {
    const end = at + codePoints(word).length;
    if (marks > 0 && /[\p{L}]/u.test(word)) entities.push({ start: at, end, type: 'whole' });
    if (marks > 1 && end - at > 2) entities.push({ start: at, end: at + 2, type: 'part' });
    at = end;
  }
  return { text: parts.map(([word]) => word).join(''), entities };
});

/** Words of a sentence in another order, some left out or doubled, some new. */
const shuffling = (seed: number): TranslateBack => async (texts) => texts.map((text) => {
  const random = Random.from(seed, text);
  const parts = text.split(/(患者|肝癌|肝|右上腹疼痛|右上腹|出现|CT|，|与)/u).filter((part) => part !== '');
  const moved = random.uniform() < 0.5 ? random.shuffled(parts) : parts;
  return moved.flatMap((part) => (random.uniform() < 0.05 ? [] : random.uniform() < 0.05 ? [part, part] : random.uniform() < 0.3 ? [part, '的'] : [part])).join('').replace('腹腹', random.uniform() < 0.5 ? '腹' : '腹腹');
});

const surfaces = ({ text, entities }: Passage): string[] => ordered(entities).map(({ start, end, type }) => `${sliceCodePoints(text, start, end)} ${type}`).sort();

/** How often a text stands in another, counted without the code under test: Latin ones as whole words only (neither CT nor T is in CTT). */
const times = (text: string, term: string): number => (text.match(new RegExp(/^[A-Z]/u.test(term) ? `(?<![A-Z])${term}(?![A-Z])` : `(?=${term})`, 'gu')) ?? []).length;

describe('back translation', () => {
  it('keeps only sentences that hold each entity as often as before, with the very text of each, and leaves the others as they were', async () => {
    const sum = { kept: 0, same: 0, lost: 0, ambiguous: 0, tangled: 0 };
    await fc.assert(fc.asyncProperty(passage, fc.nat(), async (original, seed) => {
      const [{ result, counts }] = await backTranslated([original], shuffling(seed));
      assert.equal(counts.sentences, counts.kept + counts.same + counts.lost + counts.ambiguous + counts.tangled);
      assert.equal(counts.sentences, sentences(original).length);
      for (const fate of Object.keys(sum) as (keyof typeof sum)[]) sum[fate] += counts[fate];
      if (typeof result === 'string') return assert.equal(counts.kept, 0);
      assert.deepEqual(surfaces(result), surfaces(original));
      assert.equal(sentences(result).length, sentences(original).length);
      const [before, after] = [original, result].map((one) => sentences(one).map(({ start, end }) => sliceCodePoints(one.text, start, end)));
      assert.equal(before.filter((text, i) => text !== after[i]).length, counts.kept);
      sentences(result).forEach(({ start, end }, i) => {
        if (before[i] === after[i]) return;
        const own = result.entities.filter((entity) => start <= entity.start && entity.end <= end);
        for (const entity of own) {
          const surface = sliceCodePoints(result.text, entity.start, entity.end);
          assert.equal(times(after[i], surface), times(before[i], surface));
        }
      });
    }), { numRuns: 3000 });
    const { tangled: _rare, ...common } = sum;
    assert.ok(Object.values(common).every((count) => count > 20), JSON.stringify(sum));
  });

  const located = (text: string, entities: [number, number, string][], translated: string) => {
    const found = relocate({ text, entities: entities.map(([start, end, type]) => ({ start, end, type })) }, translated);
    return typeof found === 'string' ? found : lines(found);
  };

  it('locates entities that moved, nested ones and repeated ones', () => {
    assert.deepEqual(located('🩺患者右上腹疼痛', [[3, 6, 'bod'], [3, 8, 'sym']], '右上腹疼痛的患者'), ['0 3 bod', '0 5 sym']);
    assert.deepEqual(located('肝与肾及肝', [[0, 1, 'bod'], [2, 3, 'bod'], [4, 5, 'bod']], '𠮷肾和肝、肝'), ['1 2 bod', '3 4 bod', '5 6 bod']);
    assert.deepEqual(located('查ＣＴ', [], '做CT'), []);
  });

  it('doubts what is gone, what is more, what is marked here and not there, and what lies otherwise than before', () => {
    assert.equal(located('肝大', [[0, 1, 'bod']], '增大'), 'lost');
    assert.equal(located('肝大', [[0, 1, 'bod']], '肝的肝大'), 'lost');
    assert.equal(located('肝大，肝', [[0, 1, 'bod']], '肝大和肝'), 'ambiguous');
    assert.equal(located('查TSH', [[1, 2, 'ite']], '查TSH'), 'ambiguous');
    assert.equal(located('上腹与腹痛', [[0, 2, 'bod'], [3, 5, 'sym']], '上腹痛'), 'tangled');
    assert.equal(located('CT', [[0, 2, 'pro']], 'CTA'), 'lost');
  });

  it('keeps the marks between sentences, and asks for each different sentence once', async () => {
    const asked: string[] = [];
    const translate: TranslateBack = async (texts) => texts.map((text) => {
      asked.push(text);
      return `${text}的。 `;
    });
    const outcomes = await backTranslated([{ text: '咳嗽！\n发热；', entities: [{ start: 4, end: 6, type: 'sym' }] }, { text: '咳嗽', entities: [] }, { text: '', entities: [] }], translate);
    assert.deepEqual(outcomes.map(({ result }) => result), [{ text: '咳嗽的！\n发热的；', entities: [{ start: 5, end: 7, type: 'sym' }] }, { text: '咳嗽的', entities: [] }, 'no place']);
    assert.deepEqual(asked, ['咳嗽', '发热']);
  });

  it('stops at a translator that loses count', async () => {
    await assert.rejects(backTranslated([{ text: '咳嗽', entities: [] }], async () => []), (error: Error) => error instanceof JobError && /0 texts back for 1/.test(error.message));
  });
});
