import * as tf from '@tensorflow/tfjs';
import type { BackendInfo } from './types';

/** tfjs's plain JavaScript backend. */
export async function startCpu(): Promise<BackendInfo> {
  await tf.setBackend('cpu');
  return { name: 'cpu', device: 'cpu', threads: 1, versions: { tfjs: tf.version.tfjs }, notes: [] };
}
