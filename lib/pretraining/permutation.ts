import { Random } from '../common';

/** Feistel rounds: four make a pseudo-random permutation of large halves (Luby and Rackoff 1988); small halves mix more slowly. */
const rounds = 10;

/** Mixes 32 bits (the finaliser of MurmurHash3). */
function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * An epoch's order of `n` things without a list of them: a seeded bijection of [0, n), evaluated position by position. A
 * balanced Feistel network permutes the 4^w ≥ n numbers of 2w bits; a result outside [0, n) is permuted again until it
 * falls inside (cycle-walking, Black and Rogaway 2002), which takes fewer than four steps on average.
 */
export function shuffledOrder(n: number, seed: number | string, epoch: number): (position: number) => number {
  if (!Number.isInteger(n) || n < 1 || n > 2 ** 50) throw new Error(`shuffledOrder: ${n} is no whole number from 1 to 2^50`);
  let width = 1;
  while (4 ** width < n) width++;
  const half = 2 ** width;
  const random = Random.from(seed, `order of epoch ${epoch}`);
  const keys = Uint32Array.from({ length: rounds }, () => random.uint32());
  const permute = (value: number): number => {
    let left = Math.floor(value / half);
    let right = value % half;
    for (const key of keys) {
      const next = (left ^ mix(right ^ key)) & (half - 1);
      left = right;
      right = next;
    }
    return left * half + right;
  };
  return (position) => {
    if (!(position >= 0 && position < n)) throw new Error(`shuffledOrder: position ${position} is not in [0, ${n})`);
    let value = permute(position);
    while (value >= n) value = permute(value);
    return value;
  };
}

/**
 * Epochs one after the other, each in an order of its own, as one row without end: epoch e's first place is e · n. An order is made when a place of
 * its epoch is asked for after one of another.
 */
export function shuffledEpochs(n: number, seed: number | string): (place: number) => number {
  let [epoch, order] = [0, shuffledOrder(n, seed, 0)];
  return (place) => {
    const wanted = Math.floor(place / n);
    if (wanted !== epoch) [epoch, order] = [wanted, shuffledOrder(n, seed, wanted)];
    return order(place % n);
  };
}
