import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { displayPath, InputError, projectRoot } from '../common';
import type { StoredTensor } from '../layers';
import type { EncoderConfig } from './config';
import { readSafetensors } from './safetensors';

/** The fields of HuggingFace's config.json that describe a BERT; what else stands there is kept but not read. */
export const PublishedConfig = z.looseObject({
  model_type: z.literal('bert').default('bert'),
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
  layer_norm_eps: z.number().positive().default(1e-12),
  hidden_dropout_prob: z.number().default(0.1),
  attention_probs_dropout_prob: z.number().default(0.1),
});
export type PublishedConfig = z.infer<typeof PublishedConfig>;

export const weightsFile = 'model.safetensors';
export const encoderPrefix = 'bert.';

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
export function publishedEncoder(weights: string): Omit<EncoderConfig, 'positions'> & { weights: string } {
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
    weights,
  };
}

/**
 * The tensors of `encoder.weights` under the model's names, checked against the encoder's structure. With rotary positions
 * the checkpoint's position table has no place and is left out.
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
  const size = readPublishedConfig(folder).vocab_size;
  if (size !== vocabulary) {
    throw new InputError(`${displayPath(folder)}: the checkpoint's vocabulary has ${size} tokens, the tokenizer's ${vocabulary}: use the folder's vocab.txt`);
  }
  const tensors = readSafetensors(file);
  if (encoder.positions === 'rope') tensors.delete(`${encoderPrefix}embeddings.position_embeddings.weight`);
  return tensors;
}
