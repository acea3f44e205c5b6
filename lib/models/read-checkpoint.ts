import { readFileSync } from 'node:fs';
import { decode, ExtensionCodec } from '@msgpack/msgpack';
import type { Dataset, Group } from 'h5wasm';
import { displayPath, InputError } from '../common';
import type { StoredTensor } from '../layers';
import { decodeValues } from './number-formats';
import { fromFlax, fromPytorch, fromTensorflow, type PublishedName } from './published-names';
import { readSafetensors } from './safetensors';

/** A tensor as its file holds it, and what it is. */
export interface PublishedTensor extends PublishedName, StoredTensor {
  /** The file's own name of it, for messages. */
  source: string;
}

/** The kinds of weight file that can be read, by file name, in order of preference. */
export const checkpointReaders: Readonly<Record<string, (file: string) => Promise<PublishedTensor[]>>> = {
  'model.safetensors': readPytorch,
  'tf_model.h5': readTensorflow,
  'flax_model.msgpack': readFlax,
};

async function readPytorch(file: string): Promise<PublishedTensor[]> {
  return [...readSafetensors(file)].map(([source, tensor]) => ({ source, ...fromPytorch(source), ...tensor }));
}

/** h5wasm's build for Node, which reads from disk. Its package describes the types at its main entry only. */
const h5wasmNode: string = 'h5wasm/node';

/** Keras's weight file: a group a layer, in it a dataset a weight whose path is the weight's name. */
async function readTensorflow(file: string): Promise<PublishedTensor[]> {
  const { File, ready } = (await import(h5wasmNode)) as typeof import('h5wasm');
  await ready;
  const wrong = (problem: string) => new InputError(`${displayPath(file)} is no Keras weight file: ${problem}`);
  let root: InstanceType<typeof File>;
  try {
    root = new File(file, 'r');
  } catch (error) {
    throw wrong((error as Error).message);
  }
  try {
    const tensors: PublishedTensor[] = [];
    const visit = (group: Group, path: string[]) => {
      for (const key of group.keys()) {
        const item = group.get(key) as Group | Dataset;
        if (item.type === 'Group') {
          visit(item as Group, [...path, key]);
          continue;
        }
        const { shape, value } = item as Dataset;
        const source = [...path.slice(1), key].join('/');
        // bfloat16 and strings have no typed array here.
        if (!shape || !(value instanceof Float32Array || value instanceof Float64Array)) throw wrong(`${source} holds no float numbers`);
        tensors.push({ source, ...fromTensorflow(source), shape: [...shape], values: Float32Array.from(value) });
      }
    };
    visit(root, []);
    return tensors;
  } finally {
    root.close();
  }
}

/** numpy's names of the types that occur in weights, as safetensors calls them. */
const numpyTypes: Readonly<Record<string, string>> = {
  float64: 'F64', float32: 'F32', float16: 'F16', bfloat16: 'BF16', int64: 'I64', int32: 'I32',
};

/** flax's serialisation: nested maps whose leaves are extension type 1, msgpack of [shape, type name, bytes]. */
async function readFlax(file: string): Promise<PublishedTensor[]> {
  const wrong = (problem: string) => new InputError(`${displayPath(file)} is no flax weight file: ${problem}`);
  const extensionCodec = new ExtensionCodec();
  extensionCodec.register({
    type: 1,
    encode: () => null,
    decode: (data): StoredTensor => {
      const [shape, type, bytes] = decode(data) as [number[], string, Uint8Array];
      const dtype = numpyTypes[type];
      if (!dtype) throw wrong(`an array holds ${type}; expected one of ${Object.keys(numpyTypes).join(', ')}`);
      const values = decodeValues(dtype, bytes);
      if (values.length !== shape.reduce((product, side) => product * side, 1)) {
        throw wrong(`an array of shape [${shape}] holds ${values.length} numbers`);
      }
      return { shape, values };
    },
  });
  let tree: unknown;
  try {
    tree = decode(readFileSync(file), { extensionCodec });
  } catch (error) {
    throw error instanceof InputError ? error : wrong((error as Error).message);
  }
  const tensors: PublishedTensor[] = [];
  const visit = (node: unknown, path: string[]) => {
    if (isTensor(node)) tensors.push({ source: path.join('/'), ...fromFlax(path), ...node });
    else if (typeof node === 'object' && node !== null) for (const [key, child] of Object.entries(node)) visit(child, [...path, key]);
    else throw wrong(`${path.join('/') || 'its root'} is neither a map nor an array`);
  };
  visit(tree, []);
  return tensors;
}

const isTensor = (node: unknown): node is StoredTensor => (node as StoredTensor | null)?.values instanceof Float32Array;
