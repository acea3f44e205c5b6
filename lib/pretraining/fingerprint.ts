import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { readAt } from '../common';
import type { SourceText } from '../text/files/sources';

const blockBytes = 1 << 16;
/** A file of up to 64 blocks (4 MiB) is read whole; of a larger one, 64 blocks spread evenly over it. */
const blocks = 64;

/**
 * SHA-256 of names, sizes and blocks of files: their content, at a cost that does not grow with it. In a file over 4 MiB
 * an edit that keeps the size and touches no block read would go unseen.
 */
export function filesFingerprint(files: readonly SourceText[]): string {
  const hash = createHash('sha256');
  for (const { file, name, bytes } of files) {
    hash.update(JSON.stringify([name, bytes]));
    const count = Math.min(blocks, Math.ceil(bytes / blockBytes));
    const handle = openSync(file, 'r');
    try {
      for (let i = 0; i < count; i++) {
        const at = bytes <= blocks * blockBytes ? i * blockBytes : Math.floor((i * (bytes - blockBytes)) / (blocks - 1));
        hash.update(readAt(handle, at, blockBytes));
      }
    } finally {
      closeSync(handle);
    }
  }
  return hash.digest('hex');
}

/** SHA-256 of texts in their order, ids and all. */
export function textsFingerprint(texts: Iterable<{ id: string; text: string }>): string {
  const hash = createHash('sha256');
  for (const { id, text } of texts) hash.update(`${JSON.stringify([id, text])}\n`);
  return hash.digest('hex');
}
