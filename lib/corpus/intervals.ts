import type { Entity } from './types';

type Span = Pick<Entity, 'start' | 'end'>;

/** How a document's entities lie to each other; arrays follow the entities' order. Equal spans are one span here. */
export interface Nesting {
  /** Lies strictly inside another: contained in its span and not equal to it. */
  inside: boolean[];
  /** Strictly contains another. */
  containing: boolean[];
  /** 1 = inside none; else one more than the deepest entity around it. */
  depth: number[];
  /** Pairs of entities that overlap without one containing the other. */
  crossingPairs: number;
}

/** Nesting of n entities in O(n log n), whatever the document's length. */
export function nesting(entities: readonly Span[]): Nesting {
  const n = entities.length;
  const result: Nesting = { inside: new Array(n).fill(false), containing: new Array(n).fill(false), depth: new Array(n).fill(1), crossingPairs: 0 };
  if (n < 2) return result;
  // In this order whatever contains a span comes before it.
  const order = entities.map((_, i) => i).sort((a, b) => entities[a].start - entities[b].start || entities[b].end - entities[a].end);
  const spans = order.map((i) => entities[i]);
  if (!spans.some((span, i) => i > 0 && span.start < spans[i - 1].end)) return result; // nothing overlaps
  const same = (a: number, b: number) => spans[a].start === spans[b].start && spans[a].end === spans[b].end;
  const ends = [...new Set(spans.map(({ end }) => end))].sort((a, b) => b - a);
  const rank = new Map(ends.map((end, i) => [end, i + 1])); // 1 = the furthest end

  const deepest = new Uint32Array(ends.length + 1); // Fenwick tree: maximum depth over ends at least as far
  for (let i = 0, first = 0; i < n; i++) {
    if (!same(i, first)) {
      for (let k = rank.get(spans[first].end) as number; k <= ends.length; k += k & -k) deepest[k] = Math.max(deepest[k], result.depth[order[first]]);
      first = i;
    }
    let around = 0;
    for (let k = rank.get(spans[i].end) as number; k > 0; k -= k & -k) around = Math.max(around, deepest[k]);
    result.depth[order[i]] = around + 1;
    result.inside[order[i]] = around > 0;
  }

  let nearest = Infinity; // nearest end among the distinct spans that come later
  for (let i = n - 1, last = n - 1; i >= 0; i--) {
    if (!same(i, last)) {
      nearest = Math.min(nearest, spans[last].end);
      last = i;
    }
    result.containing[order[i]] = nearest <= spans[i].end;
  }
  result.crossingPairs = crossings(spans, ends, rank);
  return result;
}

/** Counts pairs a.start < b.start < a.end < b.end, spans in order of start. */
function crossings(spans: Span[], ends: number[], rank: Map<number, number>): number {
  const counts = new Uint32Array(ends.length + 1); // Fenwick tree: how many earlier spans end at each rank
  const total = (k: number) => {
    let sum = 0;
    for (; k > 0; k -= k & -k) sum += counts[k];
    return sum;
  };
  let pairs = 0;
  for (let i = 0; i < spans.length; ) {
    let next = i;
    for (; next < spans.length && spans[next].start === spans[i].start; next++) {
      const { start, end } = spans[next];
      pairs += total(endsAfter(ends, start)) - total(rank.get(end) as number);
    }
    for (; i < next; i++) for (let k = rank.get(spans[i].end) as number; k <= ends.length; k += k & -k) counts[k]++;
  }
  return pairs;
}

/** How many of the ends, furthest first, lie after `position`. */
function endsAfter(ends: number[], position: number): number {
  let low = 0;
  let high = ends.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle] > position) low = middle + 1;
    else high = middle;
  }
  return low;
}
