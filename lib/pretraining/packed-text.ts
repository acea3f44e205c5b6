import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, InputError } from '../common';
import type { PassageCounts, TextInputs } from './kept-passages';
import { continuesBit, idBits } from './passage-encoder';

/** Raise it when what comes out for equal inputs changes: by reading, cleaning, guarding, words or packing. */
export const packedFormat = 1;

export const textParts = ['train', 'heldout'] as const;
export type TextPart = (typeof textParts)[number];

/** What one part of a prepared text holds. */
export interface PartCounts {
  passages: number;
  sequences: number;
  /** Tokens of passages, without [CLS], [SEP] and [PAD]. */
  tokens: number;
  /** Of these, [UNK]. */
  unknown: number;
  characters: number;
}

/** `meta.json` of a prepared text. It is written last: a folder without it is half-made. */
export interface TextMeta {
  format: number;
  /** SHA-256 of everything that decides what the folder holds. */
  key: string;
  /** Tokens of a sequence. */
  length: number;
  seed: number | string;
  /** Share of passages that is held out. */
  heldOut: number;
  /** SHA-256 of vocab.txt in this folder, and its tokens. */
  vocabulary: { sha256: string; size: number };
  inputs: TextInputs;
  counts: PassageCounts;
  parts: Record<TextPart, PartCounts>;
}

export function partFile(folder: string, part: TextPart): string {
  return path.join(folder, `${part}.u16`);
}

/** @throws InputError where the folder holds no prepared text of this format */
export function readMeta(folder: string): TextMeta {
  const file = path.join(folder, 'meta.json');
  let meta: TextMeta;
  try {
    meta = JSON.parse(readFileSync(file, 'utf8')) as TextMeta;
  } catch (error) {
    throw new InputError(`${displayPath(file)}: cannot be read (${(error as Error).message}). The folder holds no finished text; prepare it again.`);
  }
  if (meta.format !== packedFormat) throw new InputError(`${displayPath(file)}: has format ${meta.format}, where ${packedFormat} is read. Prepare the text again.`);
  return meta;
}

/** Packed sequences on disk, read where they lie. */
export class PackedText {
  private constructor(
    readonly file: string,
    private readonly handle: number,
    /** Sequences. */
    readonly count: number,
    /** Tokens of a sequence. */
    readonly length: number,
  ) {}

  static open(folder: string, part: TextPart): PackedText {
    const { length, parts } = readMeta(folder);
    const { sequences } = parts[part];
    const file = partFile(folder, part);
    let handle: number;
    try {
      handle = openSync(file, 'r');
    } catch (error) {
      throw new InputError(`${displayPath(file)}: cannot be read (${(error as NodeJS.ErrnoException).code}). Prepare the text again.`);
    }
    const { size } = fstatSync(handle);
    if (size !== sequences * length * 2) {
      closeSync(handle);
      throw new InputError(`${displayPath(file)}: has ${size} bytes, where meta.json promises ${sequences} sequences of ${length} tokens, ${sequences * length * 2} bytes. Remove the folder and prepare the text again.`);
    }
    return new PackedText(file, handle, sequences, length);
  }

  /**
   * The sequences of these numbers, one after another: ids [indices × length], and 1 where a token continues the word
   * before it.
   */
  read(indices: readonly number[]): { ids: Int32Array; continues: Uint8Array } {
    const { length } = this;
    const ids = new Int32Array(indices.length * length);
    const continues = new Uint8Array(indices.length * length);
    const row = Buffer.allocUnsafe(2 * length);
    indices.forEach((index, k) => {
      if (!(Number.isInteger(index) && index >= 0 && index < this.count)) throw new Error(`${this.file}: has no sequence ${index}; there are ${this.count}`);
      for (let filled = 0; filled < row.length;) {
        const read = readSync(this.handle, row, filled, row.length - filled, index * row.length + filled);
        if (read === 0) throw new InputError(`${displayPath(this.file)}: ends before sequence ${index}; it was cut short while open. Prepare the text again.`);
        filled += read;
      }
      for (let i = 0; i < length; i++) {
        const token = row.readUInt16LE(2 * i);
        ids[k * length + i] = token & idBits;
        continues[k * length + i] = (token & continuesBit) === 0 ? 0 : 1;
      }
    });
    return { ids, continues };
  }

  close(): void {
    closeSync(this.handle);
  }
}
