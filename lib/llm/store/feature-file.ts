import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, InputError, writeFileAtomic } from '../../common';
import { readFeatureLine, type FeatureLine } from './feature-line';

/** Bytes read at a time: a string cannot hold every file. */
const chunk = 1 << 24;

/** A line as it stands in a file. */
export interface ReadLine {
  line: FeatureLine;
  /** As it is written, with its line feed. */
  written: string;
  /** From 1. */
  number: number;
}

/** `data/features/sample/qwen.jsonl:12`, for messages. */
export const lineName = (file: string, number: number): string => `${displayPath(file)}:${number}`;

/** The lines of a features file by the hash of their text. A last line without its end, a kill's, is left aside. */
export function readFeatureFile(file: string): Map<string, ReadLine> {
  const lines = new Map<string, ReadLine>();
  if (!existsSync(file)) return lines;
  let number = 0;
  eachLine(file, (text) => {
    number++;
    const where = lineName(file, number);
    const line = readFeatureLine(text, where);
    const known = lines.get(line.text);
    if (known) throw new InputError(`${where}: has the features of the same text as line ${known.number}; remove one of the two`);
    lines.set(line.text, { line, written: `${text}\n`, number });
  });
  return lines;
}

function eachLine(file: string, take: (line: string) => void): void {
  const handle = openSync(file, 'r');
  try {
    let rest = Buffer.alloc(0);
    for (const bytes = Buffer.allocUnsafe(chunk); ;) {
      const count = readSync(handle, bytes, 0, chunk, null);
      if (count === 0) return;
      const all = Buffer.concat([rest, bytes.subarray(0, count)]);
      let from = 0;
      for (let end = all.indexOf(0x0a); end >= 0; end = all.indexOf(0x0a, from)) {
        take(all.toString('utf8', from, end));
        from = end + 1;
      }
      rest = all.subarray(from);
    }
  } finally {
    closeSync(handle);
  }
}

/** A features file that one process extends, line by line; each is on the disk before the next begins. */
export class FeatureFile {
  private readonly handle: number;
  readonly lines: Map<string, ReadLine>;
  /** Hashes in the order of the file. */
  private order: string[];

  constructor(readonly file: string) {
    mkdirSync(path.dirname(file), { recursive: true });
    this.lines = readFeatureFile(file);
    this.order = [...this.lines.keys()];
    this.handle = openSync(file, 'a');
    // What a kill left unfinished is cut off: the next line would continue it.
    const whole = [...this.lines.values()].reduce((bytes, { written }) => bytes + Buffer.byteLength(written), 0);
    if (fstatSync(this.handle).size > whole) ftruncateSync(this.handle, whole);
  }

  append(written: string): void {
    const line = readFeatureLine(written.slice(0, -1), `a line for ${displayPath(this.file)}`);
    const { size } = fstatSync(this.handle);
    try {
      this.write(Buffer.from(written));
    } catch (error) {
      this.cutTo(size);
      throw error;
    }
    this.lines.set(line.text, { line, written, number: this.order.push(line.text) });
  }

  private write(bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) done += writeSync(this.handle, bytes, done);
    fsyncSync(this.handle);
  }

  /** Takes back what was written of a line. Where the disk refuses that too, the next opening does it, as after a kill. */
  private cutTo(size: number): void {
    try {
      ftruncateSync(this.handle, size);
    } catch {
      // What made the line fail is what the caller is told.
    }
  }

  close(): void {
    closeSync(this.handle);
  }

  /** Puts the lines into the order of these texts, those of no such text last. Only after `close`. */
  sort(hashes: readonly string[]): void {
    const asked = new Set(hashes);
    const sorted = [...hashes.filter((hash) => this.lines.has(hash)), ...this.order.filter((hash) => !asked.has(hash))];
    if (sorted.every((hash, i) => hash === this.order[i])) return;
    writeFileAtomic(this.file, sorted.map((hash) => this.lines.get(hash)!.written).join(''));
    this.order = sorted;
  }
}
