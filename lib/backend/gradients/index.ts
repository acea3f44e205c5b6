import * as tf from '@tensorflow/tfjs';
import { arithmetic } from './arithmetic';
import { indexing } from './indexing';
import { scans } from './scans';

let registered = false;

/** Gives tfjs, on every backend, the gradients that it lacks or has wrong. */
export function registerGradients(): void {
  if (registered) return;
  registered = true;
  for (const gradient of [...arithmetic, ...indexing, ...scans]) tf.registerGradient(gradient);
}
