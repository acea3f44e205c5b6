import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { inProject } from '../../common';

/** A tfjs-node with its native binding. */
export interface TensorflowModule {
  /** What `require` takes. */
  module: string;
  /** What it brings: `tfjs-node 4.22.0 on TensorFlow 2.21.0`. */
  version: string;
  gpu: boolean;
}

/** What build.mjs wrote about the build in use. */
interface BuildRecord {
  folder: string;
  tfjs: string;
  tensorflow: string;
  gpu: boolean;
}

const buildFolder = inProject('.cache', 'tensorflow');

/** Either may be installed without its native binding, or be the stand-in that only re-exports tfjs: neither is a backend. */
const packages = [{ name: '@tensorflow/tfjs-node-gpu', gpu: true }, { name: '@tensorflow/tfjs-node', gpu: false }];

/**
 * The tfjs-node that set-up built, else one that is installed with its binding; or why there is none. Loads nothing: its
 * libraries take seconds and most of a gigabyte.
 */
export function findTensorflow(): TensorflowModule | { reason: string } {
  const record = path.join(buildFolder, 'current.json');
  if (existsSync(record)) {
    const { folder, tfjs, tensorflow, gpu } = JSON.parse(readFileSync(record, 'utf8')) as BuildRecord;
    if (tfjs !== tf.version.tfjs) return { reason: `the binding of tfjs-node was built for ${tfjs}, and tfjs is ${tf.version.tfjs}` };
    const module = path.join(buildFolder, folder);
    if (!existsSync(binding(module))) return { reason: `the binding of tfjs-node is gone from ${module}` };
    return { module, gpu, version: `tfjs-node ${tfjs} on TensorFlow ${tensorflow}` };
  }
  for (const { name, gpu } of packages) {
    const module = inProject('node_modules', ...name.split('/'));
    if (!existsSync(binding(module))) continue;
    const { version } = JSON.parse(readFileSync(path.join(module, 'package.json'), 'utf8')) as { version: string };
    return { module: name, gpu, version: `${name} ${version}` };
  }
  return { reason: 'no tfjs-node is here with its native binding' };
}

/** Where a tfjs-node of today keeps its binding; older Node-API versions have folders of their own, and are not looked for. */
const binding = (module: string): string => path.join(module, 'lib', 'napi-v8', 'tfjs_binding.node');
