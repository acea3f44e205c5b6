import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { displayPath, InputError, projectRoot } from '../common';
import type { Parameters, StoredTensor } from '../layers';
import type { EncoderConfig } from './config';
import { readSafetensors } from './safetensors';

/** The fields of HuggingFace's config.json that describe a BERT; what else stands there is kept but not read. */
export const PublishedConfig = z.looseObject({
  /** `roformer`: a BERT with rotary positions in every layer and no position table (Su et al. 2021). */
  model_type: z.enum(['bert', 'roformer']).default('bert'),
  vocab_size: z.int().positive(),
  hidden_size: z.int().positive(),
  num_hidden_layers: z.int().positive(),
  num_attention_heads: z.int().positive(),
  intermediate_size: z.int().positive(),
  max_position_embeddings: z.int().positive(),
  type_vocab_size: z.int().positive().default(2),
  // Another activation or position scheme would be another model with the same shapes.
  hidden_act: z.literal('gelu').default('gelu'),
  position_embedding_type: z.literal('absolute').default('absolute'),
  // RoFormer's: other values would be another model.
  embedding_size: z.int().positive().nullish(),
  rotary_value: z.literal(false).default(false),
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_dropout_prob: z.number().default(0.1),
  attention_probs_dropout_prob: z.number().default(0.1),
}).refine(({ embedding_size: width, hidden_size: hidden }) => (width ?? hidden) === hidden, {
  path: ['embedding_size'], message: 'token vectors of another width than hidden_size are not supported',
});
export type PublishedConfig = z.infer<typeof PublishedConfig>;

export const weightsFile = 'model.safetensors';
export const encoderPrefix = 'bert.';
export const roformerPrefix = 'roformer.';

/** A tensor's name here: a RoFormer's encoder is a BERT's with rotary positions. */
export const encoderName = (name: string): string => (name.startsWith(roformerPrefix) ? encoderPrefix + name.slice(roformerPrefix.length) : name);

/** A config's `weights` as a path: relative ones are the project's. */
const weightsFolder = (weights: string): string => path.resolve(projectRoot, weights);

/** Reads DIR/config.json. @throws InputError naming each field that is missing or unsupported */
export function readPublishedConfig(folder: string): PublishedConfig {
  const file = path.join(folder, 'config.json');
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError(`${displayPath(file)} cannot be read: ${(error as Error).message}. A published checkpoint has one beside its weights.`);
  }
  const result = PublishedConfig.safeParse(json);
  if (!result.success) {
    const problems = result.error.issues.map(({ path: field, message }) => `${field.join('.')}: ${message}`).join('; ');
    throw new InputError(`${displayPath(file)} describes no BERT that can be used here: ${problems}`);
  }
  return result.data;
}

/** The encoder that a folder written by `weights import` holds, and its `weights` path. */
export function publishedEncoder(weights: string): EncoderConfig & { weights: string } {
  const config = readPublishedConfig(weightsFolder(weights));
  return {
    layers: config.num_hidden_layers,
    hidden: config.hidden_size,
    heads: config.num_attention_heads,
    feedForward: config.intermediate_size,
    maxPositions: config.max_position_embeddings,
    typeVocabulary: config.type_vocab_size,
    dropout: config.hidden_dropout_prob,
    attentionDropout: config.attention_probs_dropout_prob,
    layerNormEpsilon: config.layer_norm_eps,
    positions: config.model_type === 'roformer' ? 'rope' : 'absolute',
    weights,
  };
}

/**
 * The tensors of `encoder.weights` under the model's names, checked against the encoder's structure; the heads of the
 * pre-training task are left out. With rotary positions a checkpoint's position table has no place and is left out too.
 * @throws InputError if the folder's structure or vocabulary is another
 */
export function pretrainedTensors(encoder: EncoderConfig & { weights: string }, vocabulary: number): Map<string, StoredTensor> {
  const folder = weightsFolder(encoder.weights);
  const file = path.join(folder, weightsFile);
  if (!existsSync(file)) {
    throw new InputError(`${displayPath(file)} is missing: make it with \`medner weights import DIR\` from a published checkpoint`);
  }
  const published = publishedEncoder(encoder.weights);
  for (const field of ['layers', 'hidden', 'heads', 'feedForward', 'maxPositions', 'typeVocabulary', 'layerNormEpsilon'] as const) {
    if (published[field] !== encoder[field]) {
      throw new InputError(`${displayPath(folder)}: the checkpoint's ${field} is ${published[field]}, the model's config says ${encoder[field]}`);
    }
  }
  if (published.positions === 'rope' && encoder.positions === 'absolute') {
    throw new InputError(`${displayPath(folder)}: the checkpoint was trained with rotary positions and has no position table; set model.encoder.positions=rope`);
  }
  const size = readPublishedConfig(folder).vocab_size;
  if (size !== vocabulary) {
    throw new InputError(`${displayPath(folder)}: the checkpoint's vocabulary has ${size} tokens, the tokenizer's ${vocabulary}: use the folder's vocab.txt`);
  }
  const tensors = new Map<string, StoredTensor>();
  for (const [name, tensor] of readSafetensors(file)) {
    if (!isHead(name)) tensors.set(encoderName(name), tensor);
  }
  if (encoder.positions === 'rope') tensors.delete(`${encoderPrefix}embeddings.position_embeddings.weight`);
  return tensors;
}

/**
 * That an encoder took all of its published tensors and left none over.
 * @throws InputError
 */
export function checkEncoderWeights(parameters: Parameters, tensors: ReadonlyMap<string, StoredTensor>, weights: string): void {
  const leftOver = [...tensors.keys()].filter((name) => !parameters.has(name));
  if (leftOver.length) throw new InputError(`${weights}: ${leftOver.length} tensors have no place in the encoder (${leftOver.slice(0, 3).join(', ')})`);
  const missing = parameters.list().map(({ name }) => name).filter((name) => name.startsWith(encoderPrefix) && !tensors.has(name));
  if (missing.length) throw new InputError(`${weights}: ${missing.length} tensors of the encoder are missing in ${weightsFile} (${missing.slice(0, 3).join(', ')})`);
}

/** Heads of the pre-training tasks, under HuggingFace's names. */
export const isHead = (name: string): boolean => name.startsWith('cls.');
