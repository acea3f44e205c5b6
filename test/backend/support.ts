import * as tf from '@tensorflow/tfjs';
import { prepareBackend, probeBackends, type BackendName } from '../../lib/backend';
import { findTensorflow } from '../../lib/backend/tensorflow/find';
import { Random } from '../../lib/common';

/** A tensor to make anew on each backend. */
export interface TensorValues {
  values: number[];
  shape: number[];
  dtype: 'float32' | 'int32' | 'bool';
}

/** Seeded tensors. */
export class Samples {
  constructor(private readonly random: Random) {}

  static named(name: string): Samples {
    return new Samples(Random.from(20, name));
  }

  /** float32, uniform in [low, high). */
  floats(shape: number[], low = -2, high = 2): TensorValues {
    return this.make(shape, 'float32', () => low + this.random.uniform() * (high - low));
  }

  /** int32 in [low, high). */
  integers(shape: number[], low = -5, high = 6): TensorValues {
    return this.make(shape, 'int32', () => low + this.random.below(high - low));
  }

  booleans(shape: number[]): TensorValues {
    return this.make(shape, 'bool', () => this.random.below(2));
  }

  below(n: number): number {
    return this.random.below(n);
  }

  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + this.random.below(high - low + 1);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)];
  }

  /** A permutation of 0 … n − 1. */
  order(n: number): number[] {
    return this.random.shuffled(Array.from({ length: n }, (_, i) => i));
  }

  /** A shape of `low` to `high` axes, each with `least` to `most` elements. */
  shape(low: number, high: number, least = 1, most = 4): number[] {
    return Array.from({ length: this.between(low, high) }, () => this.between(least, most));
  }

  /** Values of any of the types given. */
  of(dtype: TensorValues['dtype'], shape: number[]): TensorValues {
    return dtype === 'bool' ? this.booleans(shape) : dtype === 'int32' ? this.integers(shape) : this.floats(shape);
  }

  private make(shape: number[], dtype: TensorValues['dtype'], value: () => number): TensorValues {
    return { values: Array.from({ length: tf.util.sizeFromShape(shape) }, value), shape, dtype };
  }
}

export const given = (values: number[], shape: number[] = [values.length], dtype: TensorValues['dtype'] = 'float32'): TensorValues => ({ values, shape, dtype });

export const toTensor = ({ values, shape, dtype }: TensorValues): tf.Tensor =>
  tf.tensor(dtype === 'bool' ? Uint8Array.from(values) : dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values), shape, dtype);

export interface Result {
  values: number[];
  shape: number[];
  dtype: tf.DataType;
}

/** Makes a backend active and computes on it; nothing stays behind. */
export async function on(backend: BackendName, compute: () => tf.Tensor | tf.Tensor[]): Promise<Result[]> {
  await prepareBackend({ backend, quiet: true });
  return tf.tidy(() => {
    const results = compute();
    return (Array.isArray(results) ? results : [results]).map((result) => ({
      values: Array.from(result.dataSync(), Number),
      shape: result.shape,
      dtype: result.dtype,
    }));
  });
}

/** Why a backend is not there for the processor, or undefined where it is. */
export async function backendMissing(backend: BackendName): Promise<string | undefined> {
  if (backend === 'cpu') return undefined;
  const probe = (await probeBackends()).find(({ name, device }) => name === backend && device === 'cpu');
  return probe?.available ? undefined : `${probe?.reason}: ${probe?.remedy}`;
}

export const torchMissing = (): Promise<string | undefined> => backendMissing('torch');

/** The backends named, without `tensorflow` where it is not built: tensorflow.test.ts says so once. */
export function whereBuilt(...names: BackendName[]): BackendName[] {
  return names.filter((name) => name !== 'tensorflow' || !('reason' in findTensorflow()));
}

/** Skips a suite where a backend is not there, saying why. To be called in `before`. */
export async function needs(backend: BackendName, context: Mocha.Context): Promise<void> {
  const reason = await backendMissing(backend);
  if (reason) {
    console.log(`      skipped, no ${backend} backend: ${reason}`);
    context.skip();
  }
}

export const needsTorch = (context: Mocha.Context): Promise<void> => needs('torch', context);

/** Throws unless the numbers agree to `tolerance`, relative where they exceed 1; NaN agrees with NaN. */
export function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what: string): void {
  if (actual.length !== expected.length) throw new Error(`${what}: ${actual.length} values, expected ${expected.length}`);
  for (let i = 0; i < actual.length; i++) {
    const [a, e] = [actual[i], expected[i]];
    if (Object.is(a, e) || a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    if (!(Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e)))) throw new Error(`${what}: element ${i} is ${a}, expected ${e}`);
  }
}

export function assertSame(actual: Result[], expected: Result[], tolerance: number): void {
  if (actual.length !== expected.length) throw new Error(`${actual.length} results, expected ${expected.length}`);
  actual.forEach((result, i) => {
    const reference = expected[i];
    if (result.dtype !== reference.dtype) throw new Error(`result ${i} is ${result.dtype}, expected ${reference.dtype}`);
    if (result.shape.join() !== reference.shape.join()) throw new Error(`result ${i} has shape [${result.shape}], expected [${reference.shape}]`);
    assertClose(result.values, reference.values, tolerance, `result ${i}`);
  });
}
