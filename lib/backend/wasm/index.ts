import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { borrowMissingKernels } from '../borrowed-kernels';
import type { BackendInfo } from '../types';
import { registerWasmKernels } from './kernels';

export const wasmVersion = version_wasm;

let prepared = false;

/** Makes tfjs's WebAssembly backend, with the kernels it lacks, the active one. */
export async function startWasm(): Promise<BackendInfo> {
  if (!prepared) {
    setWasmPaths(path.join(path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist') + path.sep);
    registerWasmKernels();
    borrowMissingKernels('wasm');
    prepared = true;
  }
  if (!(await tf.setBackend('wasm'))) throw new Error('the wasm backend did not start');
  await tf.ready();
  return { name: 'wasm', device: 'cpu', threads: 1, versions: { tfjs: tf.version.tfjs, wasm: version_wasm }, notes: [] };
}
