import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';

export const reference = (...parts: string[]): string => path.join(__dirname, '..', 'reference', ...parts);

export const readReference = <T>(...parts: string[]): T => JSON.parse(readFileSync(reference(...parts), 'utf8')) as T;

type Numbers = number | Numbers[];

export const flatten = (values: Numbers): number[] => (typeof values === 'number' ? [values] : values.flatMap(flatten));

/** Largest |a − b| / max(1, |b|). */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(actual.length, expected.length);
  let most = 0;
  for (let i = 0; i < actual.length; i++) {
    most = Math.max(most, Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i])));
  }
  return most;
}

export function assertClose(actual: ArrayLike<number>, expected: Numbers | Float32Array, tolerance: number, what = 'values'): void {
  const off = difference(actual, expected instanceof Float32Array ? expected : flatten(expected));
  assert.ok(off <= tolerance, `${what} differ by ${off}, more than ${tolerance}`);
}

/** Runs `body`, which disposes its own, and asserts that no tensor stayed. */
export async function assertNoLeak(body: () => void | Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  await body();
  assert.equal(tf.memory().numTensors, before, 'tensors leaked');
}
