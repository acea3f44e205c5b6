import { codePoints } from '../common';
import type { Document } from '../corpus/types';

/**
 * How often two neighbouring characters lie inside one entity in the training texts: high for 脏病, low for 病者. Smoothed towards the share over all
 * pairs, with the weight of one occurrence.
 */
export class PairShares {
  private readonly pairs = new Map<number, { inside: number; all: number }>();
  private readonly overall: number;

  constructor(train: readonly Document[]) {
    let [inside, all] = [0, 0];
    for (const { text, entities } of train) {
      const points = codePoints(text);
      const joined = new Uint8Array(points.length);
      for (const { start, end } of entities) joined.fill(1, start, end - 1);
      for (let i = 0; i + 1 < points.length; i++) {
        const key = keyOf(points[i], points[i + 1]);
        let counts = this.pairs.get(key);
        if (!counts) this.pairs.set(key, (counts = { inside: 0, all: 0 }));
        counts.all++;
        counts.inside += joined[i];
        all++;
        inside += joined[i];
      }
    }
    this.overall = (inside + 1) / (all + 2);
  }

  share(left: string, right: string): number {
    const counts = this.pairs.get(keyOf(left, right));
    return counts ? (counts.inside + this.overall) / (counts.all + 1) : this.overall;
  }
}

const keyOf = (left: string, right: string): number => left.codePointAt(0)! * 0x110000 + right.codePointAt(0)!;
