import { InputError } from '../common';
import { lengthClass, lengthClasses, type Document, type LengthClass } from '../corpus/types';
import { eachOutcome } from './outcomes';

/** Counts over exact (start, end, type) entities, and the three figures they give. */
export interface Score {
  precision: number;
  recall: number;
  f1: number;
  /** Predicted and gold. */
  tp: number;
  /** Predicted, not gold. */
  fp: number;
  /** Gold, not predicted. */
  fn: number;
}

export interface Scores {
  micro: Score;
  types: Record<string, Score>;
  lengths: Record<LengthClass, Score>;
  /** Entities strictly inside another. A gold entity is judged among the gold ones, a false one among the predicted ones. */
  nested: Score;
  /** The rest: inside no other, whether they contain one or not. */
  flat: Score;
  documents: number;
  /** Gold documents for which there is no prediction: all their entities count as missed. */
  missing: string[];
}

/**
 * Strict micro scores over a corpus: an entity is right when start, end and type all are. Documents are matched by id.
 * An entity that is given twice in a document counts once.
 *
 * Zero division: a figure whose denominator is 0 is 0: precision when nothing is predicted, recall when nothing is gold,
 * F1 when there is no true positive. So two empty sides score 0, not 1.
 *
 * @throws InputError for a predicted document that gold does not have, whose text differs, or whose id is used twice.
 */
export function score(gold: readonly Document[], predicted: readonly Document[]): Scores {
  const answers = matchDocuments(gold, predicted);
  const micro = emptyScore();
  // Without a prototype: a type may be called `constructor`.
  const types = Object.create(null) as Record<string, Score>;
  const lengths = Object.fromEntries(lengthClasses.map((name) => [name, emptyScore()])) as Record<LengthClass, Score>;
  const nested = emptyScore();
  const flat = emptyScore();
  const missing: string[] = [];
  for (const document of gold) {
    const answer = answers.get(document.id);
    if (!answer) missing.push(document.id);
    eachOutcome(document.entities, answer?.entities ?? [], (outcome, entity, inside) => {
      for (const row of [micro, (types[entity.type] ??= emptyScore()), lengths[lengthClass(entity)], inside ? nested : flat]) row[outcome]++;
    });
  }
  for (const row of [micro, ...Object.values(types), ...Object.values(lengths), nested, flat]) rateScore(row);
  const sorted = Object.fromEntries(Object.entries(types).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { micro, types: sorted, lengths, nested, flat, documents: gold.length, missing };
}

/** The scores as `score --json` prints them: counts and fractions, unrounded. */
export function scoresToJson(scores: Scores): Scores {
  const { micro, types, lengths, nested, flat, documents, missing } = scores;
  return { micro, types, lengths, nested, flat, documents, missing };
}

/** Predicted documents by id, each checked to be one of gold's. */
export function matchDocuments(gold: readonly Document[], predicted: readonly Document[]): Map<string, Document> {
  const known = new Map<string, Document>();
  for (const document of gold) {
    if (known.has(document.id)) throw new InputError(`gold has two documents with the id "${document.id}"`);
    known.set(document.id, document);
  }
  const answers = new Map<string, Document>();
  for (const document of predicted) {
    const original = known.get(document.id);
    if (!original) throw new InputError(`the predictions have a document "${document.id}" that gold does not have. Are these predictions for another split?`);
    if (original.text !== document.text) throw new InputError(`document "${document.id}" has another text in the predictions than in gold, so its offsets mean something else`);
    if (answers.has(document.id)) throw new InputError(`the predictions have two documents with the id "${document.id}"`);
    answers.set(document.id, document);
  }
  return answers;
}

export function emptyScore(): Score {
  return { precision: 0, recall: 0, f1: 0, tp: 0, fp: 0, fn: 0 };
}

/** Fills in the figures of the counts. */
export function rateScore(row: Score): void {
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  row.precision = share(row.tp, row.tp + row.fp);
  row.recall = share(row.tp, row.tp + row.fn);
  row.f1 = share(2 * row.tp, 2 * row.tp + row.fp + row.fn);
}
