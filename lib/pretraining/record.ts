import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { BackendInfo } from '../backend';
import type { Commit, Hardware } from '../experiments';
import type { PretrainConfig } from './config';
import type { TextMeta } from './packed-text';
import type { PretrainProgress } from './progress';

/** All about one pre-training that a reader, a model card or a re-run needs. */
export interface PretrainRecord {
  key: string;
  config: PretrainConfig;
  command: string;
  /** What the text gave, and what was left out of it by cause. */
  text: TextMeta;
  /** Of a pre-training that goes on from an encoder: SHA-256 of that one's weights, and whether it had the head that guesses. */
  start?: { weights: string; head: boolean };
  vocabulary: { tokens: number; sha256: string };
  /** Trainable numbers, of the encoder and in all. */
  parameters: { encoder: number; all: number };
  commit: Commit | null;
  backend: BackendInfo;
  hardware: Hardware;
  node: string;
  seconds: { training: number };
  /** Bytes, resident. */
  peakMemory: number;
  training: Omit<PretrainProgress, 'pointLoss' | 'windowLoss'>;
  /** SHA-256 of the weights in float32. */
  weights: string;
}

export const recordFile = 'pretraining.json';

export function readPretrainRecord(folder: string): PretrainRecord | null {
  const file = path.join(folder, recordFile);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PretrainRecord) : null;
}
