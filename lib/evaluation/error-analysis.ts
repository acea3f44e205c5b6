import { slicer } from '../corpus/offsets';
import type { Document, Entity } from '../corpus/types';
import { distinctEntities } from './outcomes';
import { matchDocuments } from './score';

export const errorKinds = ['type', 'boundary', 'boundary-and-type', 'missing', 'spurious'] as const;

/**
 * `type`: right span, wrong type. `boundary`: right type, overlapping span. `boundary-and-type`: overlapping span, wrong
 * type. `missing`: a gold entity that no error explains. `spurious`: a predicted one likewise.
 */
export type ErrorKind = (typeof errorKinds)[number];

export interface ErrorExample {
  kind: ErrorKind;
  documentId: string;
  gold?: Entity & { text: string };
  predicted?: Entity & { text: string };
  /** The text from some characters before to some after. */
  context: string;
}

export interface ErrorAnalysis {
  correct: number;
  counts: Record<ErrorKind, number>;
  /** The first errors of each kind, in the documents' order. */
  examples: Record<ErrorKind, ErrorExample[]>;
  /** Of type errors: how often gold's type was taken for which. */
  confusions: Record<string, Record<string, number>>;
}

const around = 12;

/**
 * Sorts every wrong or missed entity into one kind. Exact matches are set aside; then gold and predicted entities are
 * paired one to one: equal spans first, then overlapping ones of one type, then of two, greatest overlap (intersection
 * over union) first. So false positives = the three paired kinds + `spurious`, and false negatives = the three + `missing`.
 */
export function errorAnalysis(gold: readonly Document[], predicted: readonly Document[], options: { examples?: number } = {}): ErrorAnalysis {
  const limit = options.examples ?? 10;
  const answers = matchDocuments(gold, predicted);
  const perKind = <T>(make: () => T) => Object.fromEntries(errorKinds.map((kind) => [kind, make()])) as Record<ErrorKind, T>;
  const analysis: Omit<ErrorAnalysis, 'confusions'> = { correct: 0, counts: perKind(() => 0), examples: perKind(() => []) };
  const confusions = new Map<string, Map<string, number>>();

  for (const document of gold) {
    const golden = distinctEntities(document.entities);
    const found = distinctEntities(answers.get(document.id)?.entities ?? []);
    for (const key of [...golden.keys()]) {
      if (!found.delete(key)) continue;
      golden.delete(key);
      analysis.correct++;
    }
    const slice = slicer(document.text);
    const withText = (entity?: Entity) => entity && { start: entity.start, end: entity.end, type: entity.type, text: slice(entity.start, entity.end) };
    for (const { kind, wanted, given } of pairUp([...golden.values()], [...found.values()])) {
      analysis.counts[kind]++;
      if (wanted && given && kind === 'type') {
        const row = confusions.get(wanted.type) ?? new Map<string, number>();
        confusions.set(wanted.type, row.set(given.type, (row.get(given.type) ?? 0) + 1));
      }
      if (analysis.examples[kind].length >= limit) continue;
      const spans = [wanted, given].filter((entity): entity is Entity => entity !== undefined);
      const start = Math.max(0, Math.min(...spans.map((span) => span.start)) - around);
      const context = slice(start, Math.max(...spans.map((span) => span.end)) + around);
      analysis.examples[kind].push({ kind, documentId: document.id, gold: withText(wanted), predicted: withText(given), context });
    }
  }
  return { ...analysis, confusions: Object.fromEntries([...confusions].map(([type, row]) => [type, Object.fromEntries(row)])) };
}

interface Pairing {
  kind: ErrorKind;
  wanted?: Entity;
  given?: Entity;
}

function pairUp(golden: Entity[], found: Entity[]): Pairing[] {
  const candidates: (Pairing & { wanted: Entity; given: Entity; rank: number; overlap: number })[] = [];
  for (const wanted of golden) {
    for (const given of found) {
      const shared = Math.min(wanted.end, given.end) - Math.max(wanted.start, given.start);
      if (shared <= 0) continue;
      const overlap = shared / (Math.max(wanted.end, given.end) - Math.min(wanted.start, given.start));
      const kind = overlap === 1 ? 'type' : wanted.type === given.type ? 'boundary' : 'boundary-and-type';
      candidates.push({ kind, wanted, given, overlap, rank: errorKinds.indexOf(kind) });
    }
  }
  candidates.sort((a, b) => a.rank - b.rank || b.overlap - a.overlap || a.wanted.start - b.wanted.start || a.given.start - b.given.start);
  const used = new Set<Entity>();
  const pairs: Pairing[] = [];
  for (const { kind, wanted, given } of candidates) {
    if (used.has(wanted) || used.has(given)) continue;
    used.add(wanted).add(given);
    pairs.push({ kind, wanted, given });
  }
  for (const wanted of golden) if (!used.has(wanted)) pairs.push({ kind: 'missing', wanted });
  for (const given of found) if (!used.has(given)) pairs.push({ kind: 'spurious', given });
  return pairs;
}
