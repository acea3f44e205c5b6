import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, InputError, inProject, sha256File, writeFileAtomic } from '../common';
import type { StoredTensor } from '../layers';
import { Vocabulary } from '../text';
import { type PublishedConfig, readPublishedConfig, weightsFile } from './pretrained';
import { encoderShapes, isDropped } from './published-names';
import { checkpointReaders, type PublishedTensor } from './read-checkpoint';
import { writeSafetensors } from './safetensors';

export interface ImportOptions {
  /** Name of the folder in data/models; default: that of the source folder. */
  name?: string;
  /** Where to write instead. */
  out?: string;
  /** Write over weights that are there. */
  force?: boolean;
}

export interface ImportReport {
  folder: string;
  source: string;
  tensors: number;
  parameters: number;
  /** Tensors of heads that no model here uses, by the source's names. */
  dropped: string[];
}

/**
 * Takes over a published BERT-like checkpoint: config.json, vocab.txt and the weights as safetensors, TensorFlow h5 or flax
 * msgpack. Every tensor's name and shape is checked against the config. Writes the encoder as safetensors under
 * PyTorch's names with config.json, vocab.txt and, if there is one, tokenizer_config.json.
 * @throws InputError for a tensor that is missing, left over or misshapen, and where there are weights already, unless `force`
 */
export async function importWeights(folder: string, options: ImportOptions = {}): Promise<ImportReport> {
  const out = options.out ?? inProject('data', 'models', options.name ?? path.basename(path.resolve(folder)));
  if (!options.force && existsSync(path.join(out, weightsFile))) {
    throw new InputError(`${displayPath(path.resolve(out))} has weights already (${weightsFile}): name another folder with --name or --out, or write over it with --force`);
  }
  const config = readPublishedConfig(folder);
  const vocabulary = path.join(folder, 'vocab.txt');
  const { size } = Vocabulary.fromFile(vocabulary);
  if (size !== config.vocab_size) {
    throw new InputError(`${displayPath(vocabulary)} has ${size} tokens, config.json says vocab_size ${config.vocab_size}: the two belong to different checkpoints`);
  }
  const source = weightFile(folder);
  const published = await checkpointReaders[path.basename(source)](source);
  const { encoder, dropped } = selectEncoder(published, config, displayPath(source));

  for (const file of ['config.json', 'vocab.txt', 'tokenizer_config.json']) {
    if (existsSync(path.join(folder, file))) writeFileAtomic(path.join(out, file), readFileSync(path.join(folder, file)));
  }
  // Last, so that a folder with weights is a finished one.
  writeSafetensors(path.join(out, weightsFile), encoder, {
    metadata: { format: 'pt', source: path.basename(source), sha256: sha256File(source) },
  });
  const parameters = [...encoder.values()].reduce((sum, { values }) => sum + values.length, 0);
  return { folder: out, source, tensors: encoder.size, parameters, dropped };
}

function weightFile(folder: string): string {
  const names = Object.keys(checkpointReaders);
  const found = names.map((name) => path.join(folder, name)).find((file) => existsSync(file));
  if (found) return found;
  if (existsSync(path.join(folder, 'pytorch_model.bin'))) {
    throw new InputError(
      `${displayPath(folder)} has its weights only as pytorch_model.bin, a Python pickle, which can run code when read. Convert it where you ` +
        `trust it: python -c "from transformers import BertModel; BertModel.from_pretrained('${folder}').save_pretrained('converted')", ` +
        'copy vocab.txt beside the result, and import that folder',
    );
  }
  throw new InputError(`${displayPath(folder)} has no weights: expected ${names.join(', or ')}`);
}

/** The encoder's tensors under PyTorch's names and layout, and what was left aside. */
function selectEncoder(
  published: readonly PublishedTensor[],
  config: PublishedConfig,
  file: string,
): { encoder: Map<string, StoredTensor>; dropped: string[] } {
  const shapes = encoderShapes(config);
  const encoder = new Map<string, StoredTensor>();
  const dropped: string[] = [];
  const leftOver: string[] = [];
  for (const tensor of published) {
    const shape = shapes.get(tensor.name);
    if (!shape) {
      (isDropped(tensor.name) ? dropped : leftOver).push(tensor.source);
      continue;
    }
    const values = inLayout(tensor, shape, config.num_attention_heads, file);
    // Keras files repeat a table that two layers share.
    const earlier = encoder.get(tensor.name);
    if (earlier && !earlier.values.every((value, index) => Object.is(value, values[index]))) {
      throw new InputError(`${file}: ${tensor.name} stands there twice with different values (again as ${tensor.source})`);
    }
    encoder.set(tensor.name, { shape, values });
  }
  const missing = [...shapes.keys()].filter((name) => !encoder.has(name));
  const listed = (names: string[]) => `${names.length} (${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''})`;
  if (missing.length > 0) {
    throw new InputError(`${file} lacks tensors that config.json calls for: ${listed(missing)}. Do the two belong together?`);
  }
  if (leftOver.length > 0) {
    throw new InputError(`${file} holds tensors that no BERT encoder has: ${listed(leftOver)}. Is it of another kind of model?`);
  }
  return { encoder, dropped: dropped.sort() };
}

/** The tensor's values in PyTorch's layout `shape`. */
function inLayout(tensor: PublishedTensor, shape: number[], heads: number, file: string): Float32Array {
  const { source, values, transposed } = tensor;
  const stored = transposed ? [...shape].reverse() : shape;
  const same = (a: number[], b: number[]) => a.length === b.length && a.every((side, index) => side === b[index]);
  if (!same(tensor.shape, stored) && !same(mergeHeads(tensor.shape, heads), stored)) {
    throw new InputError(`${file}: ${source} has shape [${tensor.shape}], config.json calls for [${stored}]`);
  }
  return transposed ? transpose(values, stored[0], stored[1]) : values;
}

/** TensorFlow files of 2020-21 keep attention's axes apart: [in, heads, size] or [heads, size, out] where others have two axes. */
function mergeHeads(shape: number[], heads: number): number[] {
  const at = shape.indexOf(heads);
  return at < 0 || at === shape.length - 1 ? shape : [...shape.slice(0, at), shape[at] * shape[at + 1], ...shape.slice(at + 2)];
}

function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) out[column * rows + row] = values[row * columns + column];
  }
  return out;
}
