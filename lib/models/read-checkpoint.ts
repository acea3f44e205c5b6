import { readFileSync } from 'node:fs';
import { decode, ExtensionCodec } from '@msgpack/msgpack';
import type * as h5wasm from 'h5wasm';
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
  const { File, ready } = (await import(h5wasmNode)) as typeof h5wasm;
  const library = await ready;
  library.activate_throwing_error_handler();
  let root: h5wasm.File | undefined;
  try {
    root = new File(file, 'r');
    return datasets(root);
  } catch (error) {
    throw new InputError(`${displayPath(file)} is no Keras weight file: ${(error as Error).message.split('\n')[0]}`);
  } finally {
    root?.close();
  }
}

function datasets(group: h5wasm.Group, path: string[] = []): PublishedTensor[] {
  return group.keys().flatMap((key) => {
    const item = group.get(key) as h5wasm.Group | h5wasm.Dataset;
    if (item.type === 'Group') return datasets(item as h5wasm.Group, [...path, key]);
    const { shape, value } = item as h5wasm.Dataset;
    const source = [...path.slice(1), key].join('/'); // without the layer's group
    if (!shape || !(value instanceof Float32Array || value instanceof Float64Array)) throw new Error(`${source} holds no float numbers`);
    return [{ source, ...fromTensorflow(source), shape: [...shape], values: Float32Array.from(value) }];
  });
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
