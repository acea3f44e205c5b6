import * as tf from '@tensorflow/tfjs';
import { arithmetic } from './arithmetic';
import { convolution } from './convolution';
import { indexing } from './indexing';
import { scans } from './scans';

/** Gradients that tfjs lacks or has wrong. */
export const gradients: tf.GradConfig[] = [...arithmetic, ...convolution, ...indexing, ...scans];

let registered = false;

/** Gives tfjs, on every backend, the gradients above. */
export function registerGradients(): void {
  if (registered) return;
  registered = true;
  for (const gradient of gradients) tf.registerGradient(gradient);
}
