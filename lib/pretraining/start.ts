import * as path from 'node:path';
import { projectRoot, sha256File } from '../common';
import type { StoredTensor } from '../layers';
import { type EncoderConfig, pretrainedTensors, readSafetensors, weightsFile } from '../models';
import { headNames } from './masked-language-model';

/** What a pre-training that goes on starts from. */
export interface Start {
  /** By the model's names. */
  tensors: Map<string, StoredTensor>;
  /** Whether the head that guesses is among them; checkpoints from other sources come without. */
  head: boolean;
}

const weightsOf = (from: string): string => path.resolve(projectRoot, from, weightsFile);

/** SHA-256 of the weights, which stand for the folder's name in a key. */
export const startHash = (from: string): string => sha256File(weightsOf(from));

/** @throws InputError where the folder holds no encoder of these sizes and this vocabulary */
export function readStart(from: string, encoder: Omit<EncoderConfig, 'weights'>, vocabulary: number): Start {
  const tensors = pretrainedTensors({ ...encoder, weights: from }, vocabulary);
  const stored = readSafetensors(weightsOf(from));
  const head = headNames.every((name) => stored.has(name));
  if (head) for (const name of headNames) tensors.set(name, stored.get(name)!);
  return { tensors, head };
}
