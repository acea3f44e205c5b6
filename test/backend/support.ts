import * as tf from '@tensorflow/tfjs';
import { prepareBackend, probeBackends, type BackendName } from '../../lib/backend';
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

/** Why the torch backend is not there, or undefined where it is. */
export async function torchMissing(): Promise<string | undefined> {
  const torch = (await probeBackends()).find(({ name, device }) => name === 'torch' && device === 'cpu');
  return torch?.available ? undefined : `${torch?.reason}: ${torch?.remedy}`;
}

/** Skips a suite where torch is not there, saying why. To be called in `before`. */
export async function needsTorch(context: Mocha.Context): Promise<void> {
  const reason = await torchMissing();
  if (reason) {
    console.log(`      skipped, no torch backend: ${reason}`);
    context.skip();
  }
}

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
