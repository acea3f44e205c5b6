import * as tf from '@tensorflow/tfjs';

/**
 * Stops tfjs from printing its advice to install tfjs-node and its remarks on kernels registered twice. `PROD` is the
 * flag that its warnings ask for; it changes no result.
 */
export function silenceTfjs(): void {
  tf.env().set('PROD', true);
}
