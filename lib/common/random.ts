import { createHash } from 'node:crypto';

/**
 * Seeded pseudo-random numbers (sfc32: 128 bits of state, passes PractRand). Every random decision of the project takes
 * one of these, derived by name from the run's seed, so that adding a consumer never shifts another's numbers.
 */
export class Random {
  private readonly state: Int32Array;

  private constructor(state: readonly number[]) {
    this.state = Int32Array.from(state);
  }

  /** A generator for `name` under `seed`; equal arguments give equal streams on every machine. */
  static from(seed: number | string, name = ''): Random {
    const digest = createHash('sha256').update(`${seed}\u0000${name}`).digest();
    return new Random([digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8), digest.readInt32LE(12)]);
  }

  /** Continues a stream whose `save()` was kept in a checkpoint. */
  static restore(state: readonly number[]): Random {
    return new Random(state);
  }

  save(): number[] {
    return Array.from(this.state);
  }

  /** A 32-bit unsigned integer. */
  uint32(): number {
    const { state } = this;
    const [b, c] = [state[1], state[2]];
    const t = (state[0] + b + state[3]) | 0;
    state[3]++;
    state[0] = b ^ (b >>> 9);
    state[1] = c + (c << 3);
    state[2] = ((c << 21) | (c >>> 11)) + t;
    return t >>> 0;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 0x4000000 + (this.uint32() >>> 6)) / 0x20000000000000;
  }

  /** Uniform integer in [0, n). */
  below(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal (Box-Muller, one value a call). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** A shuffled copy (Fisher-Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [out[i], out[j]] = [out[j], out[i]];
    }
    return out;
  }
}
