import type * as tf from '@tensorflow/tfjs';

/** What tfjs passes to a kernel. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** A kernel's inputs by name. tfjs types each as possibly missing; a kernel names those that it is always given. */
export type KernelInputs = Record<string, tf.TensorInfo>;
