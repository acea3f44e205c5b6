import * as tf from '@tensorflow/tfjs';
import type { BackendName } from '../../lib/backend';
import { kernelCases, type KernelCase } from './kernel-cases';
import { randomCases } from './random-cases';
import { shapeCases } from './shape-cases';
import { windowCases } from './window-cases';
import { assertSame, on, Samples, toTensor } from './support';

/** What is run on each backend, and compared with tfjs's plain JavaScript. */
export const allCases: KernelCase[] = [...kernelCases, ...shapeCases, ...windowCases, ...randomCases];

/** Throws unless a case gives the same on a backend as on cpu, and leaves no tensor behind. */
export async function compareWithCpu({ name, inputs, run, tolerance = 1e-5 }: KernelCase, backend: BackendName): Promise<void> {
  const compute = (): tf.Tensor | tf.Tensor[] => run(...inputs(Samples.named(name)).map(toTensor));
  const expected = await on('cpu', compute);
  const before = tf.memory().numTensors;
  assertSame(await on(backend, compute), expected, tolerance);
  if (tf.memory().numTensors !== before) throw new Error(`${tf.memory().numTensors - before} tensors left behind`);
}
