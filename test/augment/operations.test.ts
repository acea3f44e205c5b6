import assert from 'node:assert/strict';
import { codePointLength, Random, sliceCodePoints } from '../../lib/common';
import { lengthClass, lengthClasses, loadCorpus, type Document, type Entity, type LengthClass } from '../../lib/corpus';
import { checkAugmentConfig } from '../../lib/augment';
import { Joining } from '../../lib/augment/joining';
import { Material, type Operation, type Proposal } from '../../lib/augment/operation';
import { cut, type Passage } from '../../lib/augment/passage';
import { SentenceSwap } from '../../lib/augment/sentence-swap';
import { sentences } from '../../lib/augment/sentence';
import { Substitution } from '../../lib/augment/substitution';
import { lines, mark, replaceMarked, unmark } from './marked';

/** A text cut at one or two of the joining words, in every way. */
function partings(text: string): string[][] {
  const cuts = Array.from(text.matchAll(/[、和及与]/gu), ({ index }) => index!);
  const pieces = (at: number[]): string[] => [...at, text.length].map((end, i) => text.slice(i === 0 ? 0 : at[i - 1] + 1, end));
  return cuts.flatMap((first) => [pieces([first]), ...cuts.filter((second) => second > first).map((second) => pieces([first, second]))]);
}

describe('operations of easy augmentation', function () {
  let train: Document[];
  let material: Material;
  const { substitution, joining, sentences: swapping } = checkAugmentConfig({});
  before(async () => {
    train = (await loadCorpus('sample')).splits.train!;
    material = new Material(train);
  });

  /** Proposals for random cells. */
  function propose(operation: Operation, count: number, length?: LengthClass): Proposal[] {
    const random = Random.from(7, operation.name);
    const types = [...new Set(train.flatMap(({ entities }) => entities.map(({ type }) => type)))].sort();
    const proposals: Proposal[] = [];
    for (let i = 0; i < count; i++) {
      const proposal = operation.propose({ type: random.pick(types), length: length ?? random.pick(lengthClasses) }, random);
      if (typeof proposal !== 'string') proposals.push(proposal);
    }
    return proposals;
  }

  /** A span with all that is marked on it and in it. */
  const key = (document: Passage, { start, end }: Pick<Entity, 'start' | 'end'>): string => JSON.stringify([
    sliceCodePoints(document.text, start, end),
    lines(document.entities.filter((entity) => start <= entity.start && entity.end <= end).map((entity) => ({ ...entity, start: entity.start - start, end: entity.end - start }))),
  ]);

  function spansAreSound({ passage }: Proposal): void {
    const length = codePointLength(passage.text);
    for (const { start, end } of passage.entities) assert.ok(0 <= start && start < end && end <= length);
    assert.equal(lines(passage.entities).length, passage.entities.length, 'no entity twice');
  }

  /**
   * The entity of the original that gave way to a piece which `known` accepts, such that replacing it, done on characters that carry their entities, gives the passage made; what was put there.
   * Fails where there is none.
   */
  function replaced({ passage, source }: Proposal, known: (piece: Passage) => boolean): { old: Entity; piece: Passage } {
    const original = train[source];
    const [length, grown] = [codePointLength(original.text), codePointLength(passage.text) - codePointLength(original.text)];
    for (const old of original.entities) {
      const piece = cut(passage, { start: old.start, end: old.end + grown });
      const same = sliceCodePoints(original.text, 0, old.start) === sliceCodePoints(passage.text, 0, old.start) &&
        sliceCodePoints(original.text, old.end, length) === sliceCodePoints(passage.text, old.end + grown, length + grown);
      if (!same || old.end + grown <= old.start || !known(piece)) continue;
      const expected = unmark(replaceMarked(mark(original), old.start, old.end, mark(piece)));
      if (expected.text === passage.text && JSON.stringify(lines(expected.entities)) === JSON.stringify(lines(passage.entities))) return { old, piece };
    }
    return assert.fail(`${JSON.stringify(passage)} is not made of ${JSON.stringify(original)} by replacing one entity`);
  }

  it('substitution: one entity gives way to a mention of its type as training marks it, and everything else is as it was', () => {
    const known = new Set(train.flatMap((document) => document.entities.map((entity) => key(document, entity))));
    const proposals = propose(new Substitution(material, new Map(), { ...substitution, others: 0 }), 4000);
    const seen = { inside: 0, nested: 0 };
    for (const proposal of proposals) {
      spansAreSound(proposal);
      const { old, piece } = replaced(proposal, (other) => known.has(key(other, { start: 0, end: codePointLength(other.text) })));
      assert.ok(piece.entities.some(({ start, end, type }) => start === 0 && end === codePointLength(piece.text) && type === old.type));
      if (train[proposal.source].entities.some((other) => other.start <= old.start && old.end <= other.end && other.end - other.start > old.end - old.start)) seen.inside++;
      if (piece.entities.length > 1) seen.nested++;
    }
    assert.ok(proposals.length > 2500 && seen.inside > 100 && seen.nested > 100, `${proposals.length} proposals, ${JSON.stringify(seen)}`);
  });

  it('substitution: the new mention has the wanted class and the types of the old one, unless it is a synonym', () => {
    const random = Random.from(3, 'wanted');
    const operation = new Substitution(material, new Map(), { ...substitution, others: 0, inside: false });
    for (let i = 0; i < 500; i++) {
      const proposal = operation.propose({ type: 'dis', length: 'long' }, random);
      if (typeof proposal === 'string') continue;
      const count = ({ entities }: Pick<Document, 'entities'>) => entities.filter((entity) => entity.type === 'dis' && lengthClass(entity) === 'long').length;
      assert.ok(count(proposal.passage) >= count(train[proposal.source]));
    }
    const one: Document[] = [{ id: 'a', text: '患心梗。', entities: [{ start: 1, end: 3, type: 'dis' }] }];
    const synonyms = new Map([['心梗', ['急性心肌梗死']]]);
    const proposal = new Substitution(new Material(one), synonyms, { ...substitution, synonyms: 1 }).propose({ type: 'dis', length: 'long' }, random);
    assert.deepEqual(proposal, { passage: { text: '患急性心肌梗死。', entities: [{ start: 1, end: 7, type: 'dis' }] }, source: 0 });
  });

  it('substitution: what is marked inside the new mention comes with it, what was inside the old one goes', () => {
    const two: Document[] = [
      { id: 'a', text: '有右上腹疼痛', entities: [{ start: 1, end: 6, type: 'sym' }, { start: 1, end: 4, type: 'bod' }] },
      { id: 'b', text: '诉头晕', entities: [{ start: 1, end: 3, type: 'sym' }] },
    ];
    const operation = new Substitution(new Material(two), new Map(), { ...substitution, inside: false, others: 0 });
    const made = new Map<string, string[]>();
    const random = Random.from(1, 'nested');
    for (let i = 0; i < 50; i++) {
      for (const length of lengthClasses) {
        const proposal = operation.propose({ type: 'sym', length }, random);
        if (typeof proposal !== 'string') made.set(proposal.passage.text, lines(proposal.passage.entities));
      }
    }
    assert.deepEqual(made, new Map([['有头晕', ['1 3 sym']], ['诉右上腹疼痛', ['1 4 bod', '1 6 sym']]]));
  });

  it('joining: one entity gives way to a long one of two or three short mentions of its type, and everything else is as it was', () => {
    const short = new Set(train.flatMap((document) => document.entities.flatMap((entity) => (entity.end - entity.start <= joining.partLength ? [`${entity.type} ${sliceCodePoints(document.text, entity.start, entity.end)}`] : []))));
    const proposals = propose(new Joining(material, joining), 6000, 'long');
    for (const proposal of proposals) {
      spansAreSound(proposal);
      const { old, piece } = replaced(proposal, ({ text, entities }) => {
        const whole = entities.find(({ start, end }) => start === 0 && end === codePointLength(text));
        // A conjunction may be a letter of a mention: some way of cutting must give mentions.
        return whole !== undefined && lengthClass(whole) === 'long' && partings(text).some((parts) => parts.every((part) => short.has(`${whole.type} ${part}`)));
      });
      assert.ok(piece.entities.some(({ start, end, type }) => start === 0 && end === codePointLength(piece.text) && type === old.type));
    }
    assert.ok(proposals.length > 1000, `${proposals.length} proposals`);
  });

  it('joining: parts are of the entity\'s own types, at most partLength long, and stay entities if asked', () => {
    const documents: Document[] = [
      { id: 'a', text: '予阿司匹林口服', entities: [{ start: 1, end: 5, type: 'dru' }] },
      { id: 'b', text: '予肝素钠及地塞米松磷酸钠', entities: [{ start: 1, end: 4, type: 'dru' }, { start: 5, end: 12, type: 'dru' }] },
      { id: 'c', text: '腹痛', entities: [{ start: 0, end: 2, type: 'sym' }] },
    ];
    const made = new Map<string, string[]>();
    const random = Random.from(2, 'joining');
    const operation = new Joining(new Material(documents), { ...joining, conjunctions: ['与'], keepParts: true });
    for (let i = 0; i < 200; i++) {
      const proposal = operation.propose({ type: 'dru', length: 'long' }, random);
      if (typeof proposal !== 'string') made.set(proposal.passage.text, lines(proposal.passage.entities));
    }
    assert.deepEqual([...made].sort(), [
      ['予肝素钠与阿司匹林及地塞米松磷酸钠', ['1 4 dru', '1 9 dru', '10 17 dru', '5 9 dru']],
      ['予阿司匹林与肝素钠口服', ['1 5 dru', '1 9 dru', '6 9 dru']],
    ]);
  });

  it('sentence replacement: separators stay, and every sentence with its entities is one of training', () => {
    const known = new Set(train.flatMap((document) => sentences(document).map((sentence) => key(document, sentence))));
    const marks = (document: Passage) => sentences(document).map(({ end, close }) => sliceCodePoints(document.text, end, close));
    const proposals = propose(new SentenceSwap(material, swapping), 4000);
    let within = 0;
    for (const proposal of proposals) {
      spansAreSound(proposal);
      const original = train[proposal.source];
      assert.deepEqual(marks(proposal.passage), marks(original));
      for (const sentence of sentences(proposal.passage)) assert.ok(known.has(key(proposal.passage, sentence)));
      const bag = (document: Passage) => sentences(document).map((sentence) => key(document, sentence)).sort();
      if (JSON.stringify(bag(proposal.passage)) === JSON.stringify(bag(original))) within++;
    }
    assert.ok(within > 300 && proposals.length - within > 300, `${within} within, ${proposals.length - within} between`);
  });
});
