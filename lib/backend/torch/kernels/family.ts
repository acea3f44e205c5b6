import type * as tf from '@tensorflow/tfjs';
import type { KernelInputs } from '../../kernel-call';
import type { TorchBackend } from '../backend';

type Results = tf.TensorInfo | tf.TensorInfo[];

/** A kernel of the torch backend: its inputs by name, its attributes, and the backend to run on. */
export type TorchKernel = (inputs: KernelInputs, attributes: unknown, torch: TorchBackend) => Results;

/** Kernels by tfjs's names. */
export type KernelFamily = Record<string, TorchKernel>;

/** A kernel whose attributes have a known type. */
export function kernel<Attributes>(
  body: (inputs: KernelInputs, attributes: Attributes, torch: TorchBackend) => Results,
): TorchKernel {
  return body as TorchKernel;
}

/** The same kernel under several names; `name` is also what the addon calls it. */
export function eachNamed(names: readonly string[], make: (name: string) => TorchKernel): KernelFamily {
  return Object.fromEntries(names.map((name) => [name, make(name)]));
}

/** An axis counted from the front. */
export function fromFront(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Disposes temporary results of a kernel that runs several of the addon's. */
export function disposeAll(torch: TorchBackend, temporary: readonly tf.TensorInfo[]): void {
  for (const { dataId } of temporary) torch.disposeData(dataId);
}
