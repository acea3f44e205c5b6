import assert from 'node:assert/strict';
import { JobError } from '../../lib/common';
import { checkAugmentConfig, Dictionary, type Candidate, type Verdict, type Verifier } from '../../lib/augment';
import { annotate } from '../../lib/augment/annotate';
import { PairShares } from '../../lib/augment/pair-shares';
import { ScoredDocuments } from '../../lib/augment/scored';
import type { Document } from '../../lib/corpus';

const { remote } = checkAugmentConfig({ remote: { threshold: 0.9, refuted: 0.4, missed: 0.55 } });

/** A verifier that says what a table says. */
const says = (table: Record<string, Verdict>): Verifier => ({
  name: 'table',
  verify: async (candidates: readonly Candidate[]) => candidates.map(({ term, type }) => table[`${term} ${type}`] ?? { confidence: 0 }),
});

describe('annotation of unlabelled sentences', () => {
  const train: Document[] = [
    { id: 'a', text: '患肝硬化', entities: [{ start: 1, end: 4, type: 'dis' }] },
    { id: 'b', text: '腹泻', entities: [{ start: 0, end: 2, type: 'sym' }] },
    { id: 'c', text: '腹泻', entities: [{ start: 0, end: 2, type: 'dis' }] },
    { id: 'd', text: '肺炎症', entities: [{ start: 0, end: 2, type: 'dis' }, { start: 1, end: 3, type: 'sym' }] },
    { id: 'e', text: '今日复查未见异常，患者一般情况良好，嘱其休息', entities: [] },
  ];
  const dictionary = Dictionary.of(train, 2);
  const types = ['bod', 'dis', 'sym'];
  const annotated = (texts: string[], table: Record<string, Verdict>, scored: Document[] = []) => {
    const guard = new ScoredDocuments(scored);
    guard.learn(train, []);
    return annotate(texts, { dictionary, verifier: says(table), pairs: new PairShares(train), types, config: remote, scored: guard });
  };

  it('keeps a sentence whose matches are all decided, with the type that is sure', async () => {
    const { kept, counts } = await annotated(['🩺今日腹泻'], { '腹泻 sym': { confidence: 0.95 }, '腹泻 dis': { confidence: 0.6 } });
    assert.deepEqual(kept, [{ text: '🩺今日腹泻', entities: [{ start: 3, end: 5, type: 'sym' }] }]);
    assert.deepEqual([counts.candidates, counts.accepted, counts.refuted, counts.undecided, counts.sentences.kept], [2, 1, 1, 0, 1]);
  });

  it('drops a sentence with a match between the thresholds, also one that is surely an entity and of no sure type', async () => {
    const one = await annotated(['今日腹泻'], { '腹泻 sym': { confidence: 0.7 } });
    assert.deepEqual([one.kept, one.counts.sentences.undecided], [[], 1]);
    const two = await annotated(['今日腹泻'], { '腹泻 sym': { confidence: 0.4, entity: 0.8 }, '腹泻 dis': { confidence: 0.4, entity: 0.8 } });
    assert.deepEqual([two.kept, two.counts.undecided, two.counts.sentences.undecided], [[], 2, 1]);
    const none = await annotated(['今日腹泻'], { '腹泻 sym': { confidence: 0.2 }, '腹泻 dis': { confidence: 0.1 } });
    assert.deepEqual([none.kept, none.counts.refuted, none.counts.sentences.withoutEntity], [[], 2, 1]);
  });

  it('takes corrections of type and of span', async () => {
    const { kept, counts } = await annotated(['今日腹泻水'], {
      '腹泻 sym': { confidence: 0.95, correction: { start: 2, end: 5, type: 'sym' } },
      '腹泻 dis': { confidence: 0.95, correction: { start: 2, end: 4, type: 'bod' } },
    });
    assert.deepEqual(kept[0].entities, [{ start: 2, end: 4, type: 'bod' }, { start: 2, end: 5, type: 'sym' }]);
    assert.deepEqual(counts.corrected, { type: 1, boundary: 1 });
  });

  it('never annotates a part of a Latin word, unless corrected to the whole', async () => {
    const withLatin: Document[] = [...train, { id: 'f', text: '查PT。', entities: [{ start: 1, end: 3, type: 'dis' }] }];
    const at = (text: string, verdict: Verdict) => annotate([text], {
      dictionary: Dictionary.of(withLatin, 2), verifier: says({ 'PT dis': verdict, '腹泻 sym': { confidence: 1 } }), pairs: new PairShares(train), types, config: remote, scored: new ScoredDocuments([]),
    });
    const part = await at('腹泻查iPTH', { confidence: 1 });
    assert.deepEqual(part.kept, [{ text: '腹泻查iPTH', entities: [{ start: 0, end: 2, type: 'sym' }] }]);
    assert.deepEqual([part.counts.accepted, part.counts.refuted], [1, 2]);
    // Nor is a doubt about the part one about the sentence.
    assert.deepEqual((await at('腹泻查PTH', { confidence: 0.6 })).counts.sentences.kept, 1);
    assert.deepEqual((await at('🩺查PT3', { confidence: 1 })).kept[0].entities, [{ start: 2, end: 4, type: 'dis' }]);
    const cutting = await at('查PTHa', { confidence: 1, correction: { start: 1, end: 4, type: 'dis' } });
    assert.deepEqual([cutting.kept, cutting.counts.corrected.boundary], [[], 0]);
    const whole = await at('查PTH', { confidence: 1, correction: { start: 1, end: 4, type: 'dis' } });
    assert.deepEqual([whole.kept[0].entities, whole.counts.corrected.boundary], [[{ start: 1, end: 4, type: 'dis' }], 1]);
  });

  it('believes no verdict that makes no sense, and tells whose it is', async () => {
    const senseless = async (verdict: Verdict, told: RegExp) => assert.rejects(annotated(['今日腹泻'], { '腹泻 sym': verdict }), (error: Error) => error instanceof JobError && told.test(error.message));
    await senseless({ confidence: 1.2 }, /verifier table answered on "腹泻" \(sym\) in "今日腹泻" with a confidence of 1\.2/);
    await senseless({ confidence: 1, correction: { start: 2, end: 4, type: '疾病' } }, /the type 疾病, which is none of bod, dis, sym/);
    await senseless({ confidence: 1, correction: { start: 2, end: 5, type: 'dis' } }, /\[2, 5\) of 4 characters/);
  });

  it('drops sentences where annotations cross, where an entity is probably missed, and where a correction is known from scored documents alone', async () => {
    const crossing = await annotate(['见肺炎症'], {
      dictionary, verifier: says({ '肺炎 dis': { confidence: 1 }, '炎症 sym': { confidence: 1 } }), pairs: new PairShares(train), types, config: { ...remote, matches: 'all' }, scored: new ScoredDocuments([]),
    });
    assert.deepEqual([crossing.kept, crossing.counts.sentences.crossing], [[], 1]);
    // 肝硬 lies inside an entity whenever training has it; here it is in no match.
    const missed = await annotated(['腹泻与肝硬'], { '腹泻 sym': { confidence: 1 } });
    assert.deepEqual([missed.kept, missed.counts.sentences.incomplete], [[], 1]);
    const scored: Document[] = [{ id: 'x', text: '水样腹泻', entities: [{ start: 0, end: 4, type: 'sym' }] }];
    const leaking = await annotated(['有水样腹泻'], { '腹泻 sym': { confidence: 1, correction: { start: 1, end: 5, type: 'sym' } } }, scored);
    assert.deepEqual([leaking.kept, leaking.counts.scored, leaking.counts.sentences.scored], [[], 1, 1]);
  });
});
