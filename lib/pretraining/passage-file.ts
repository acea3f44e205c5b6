import { closeSync, openSync, readSync } from 'node:fs';
import { AppendFile } from './append-file';

/** Bytes before each passage: those of its text, then 1 for held out or 0. */
const headBytes = 5;

/** Cleaned passages on disk, between the pass that reads the sources and those that need to know of all of them. */
export class PassageWriter {
  private readonly file: AppendFile;
  private readonly head = Buffer.alloc(headBytes);

  constructor(file: string) {
    this.file = new AppendFile(file, 1 << 20);
  }

  add(text: string, heldOut: boolean): void {
    const bytes = Buffer.from(text, 'utf8');
    this.head.writeUInt32LE(bytes.length);
    this.head[4] = heldOut ? 1 : 0;
    this.file.write(this.head);
    this.file.write(bytes);
  }

  /** Bytes of the whole file. */
  get length(): number {
    return this.file.length;
  }

  close(): void {
    this.file.close();
  }
}

export interface StoredPassage {
  text: string;
  heldOut: boolean;
  /** Bytes it takes in the file. */
  bytes: number;
}

/** The passages of a file in their order, at the memory of the longest. */
export function* readStored(file: string): Generator<StoredPassage> {
  const handle = openSync(file, 'r');
  try {
    let buffer = Buffer.allocUnsafe(1 << 20);
    let from = 0;
    let filled = 0;
    // Makes `wanted` bytes from `from` on available; false at the end of the file.
    const need = (wanted: number): boolean => {
      if (filled - from >= wanted) return true;
      const larger = wanted > buffer.length ? Buffer.allocUnsafe(2 * wanted) : buffer;
      buffer.copy(larger, 0, from, filled);
      [buffer, filled, from] = [larger, filled - from, 0];
      for (let read = -1; filled < buffer.length && read !== 0; filled += read) read = readSync(handle, buffer, filled, buffer.length - filled, null);
      return filled >= wanted;
    };
    while (need(headBytes)) {
      const length = buffer.readUInt32LE(from);
      const heldOut = buffer[from + 4] === 1;
      if (!need(headBytes + length)) throw new Error(`${file}: ends inside a passage`);
      const start = from + headBytes;
      yield { text: buffer.toString('utf8', start, start + length), heldOut, bytes: headBytes + length };
      from = start + length;
    }
  } finally {
    closeSync(handle);
  }
}
