import { InputError } from '../common';
import type { WordVectors } from './word-vectors';

/** A type of typed terms, and how well its terms' neighbours agree with it. */
export interface TypeScore {
  type: string;
  /** Terms of this type alone that are words of the table. */
  terms: number;
  /** Share of their nearest typed terms that are of this type, averaged over the terms. */
  share: number;
  /** The same for neighbours drawn at random: (terms − 1) / (all terms − 1). */
  chance: number;
}

export interface TypeAgreement {
  /** Nearest typed terms looked at. */
  neighbours: number;
  /** Typed terms that are words of the table. */
  terms: number;
  /** Means over the types, so that a large type counts as much as a small one. */
  share: number;
  chance: number;
  types: TypeScore[];
}

/**
 * Do words of one type lie together? For each typed term that is a word of the table, the share of its k nearest typed terms
 * (by cosine) that are of its own type: precision at k of retrieval by type. A term of several types is left out, since any
 * answer would be right for it.
 *
 * @param termsOf terms by type
 * @throws InputError where fewer than two types have more than `k` words in the table
 */
export function typeAgreement(vectors: WordVectors, termsOf: ReadonlyMap<string, readonly string[]>, k = 10): TypeAgreement {
  const types = [...termsOf.keys()];
  const typeOf = new Map<string, number | null>();
  types.forEach((type, t) => {
    for (const term of termsOf.get(type)!) if (vectors.has(term)) typeOf.set(term, typeOf.has(term) && typeOf.get(term) !== t ? null : t);
  });
  const typed = [...typeOf].filter((entry): entry is [string, number] => entry[1] !== null);
  const counts = types.map((_, t) => typed.filter(([, type]) => type === t).length);
  // A type of k words or fewer could not fill its words' neighbours.
  const used = new Set(counts.flatMap((count, t) => (count > k ? [t] : [])));
  if (used.size < 2) throw new InputError(`typed terms: of ${types.length} types ${used.size} have more than ${k} words that have vectors and no other type; two are needed to compare.`);
  const terms = typed.filter(([, type]) => used.has(type));
  const unit = unitRows(vectors, terms.map(([word]) => vectors.row(word)));
  const sums = new Float64Array(types.length);
  terms.forEach(([, type], i) => {
    const nearest = nearestRows(unit, vectors.dimension, i, k);
    sums[type] += nearest.filter((other) => terms[other][1] === type).length / k;
  });
  const scores = [...used].map((t) => ({ type: types[t], terms: counts[t], share: sums[t] / counts[t], chance: (counts[t] - 1) / (terms.length - 1) }));
  const mean = (of: (score: TypeScore) => number): number => scores.reduce((sum, score) => sum + of(score), 0) / scores.length;
  return { neighbours: k, terms: terms.length, share: mean(({ share }) => share), chance: mean(({ chance }) => chance), types: scores };
}

/** Rows of a table at length 1; [rows × dimension]. */
function unitRows({ matrix, dimension }: WordVectors, rows: readonly number[]): Float32Array {
  const unit = new Float32Array(rows.length * dimension);
  rows.forEach((row, i) => {
    const vector = matrix.subarray(row * dimension, (row + 1) * dimension);
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    if (norm > 0) unit.set(vector.map((value) => value / norm), i * dimension);
  });
  return unit;
}

/** The k rows of greatest cosine to row i, itself apart; of equal ones the earlier. */
function nearestRows(unit: Float32Array, dimension: number, i: number, k: number): number[] {
  const best: { row: number; cosine: number }[] = [];
  for (let row = 0; row * dimension < unit.length; row++) {
    if (row === i) continue;
    let cosine = 0;
    for (let d = 0; d < dimension; d++) cosine += unit[i * dimension + d] * unit[row * dimension + d];
    if (best.length === k && cosine <= best[k - 1].cosine) continue;
    let at = best.length;
    while (at > 0 && best[at - 1].cosine < cosine) at--;
    best.splice(at, 0, { row, cosine });
    if (best.length > k) best.pop();
  }
  return best.map(({ row }) => row);
}
