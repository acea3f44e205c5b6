import { rmSync } from 'node:fs';
import * as path from 'node:path';
import { AppendFile, readRecords } from './append-file';

/** A record is 10 bytes of a passage's hash and its number in 6. Of a thousand million passages two share 80 bits by chance once in two million runs. */
const hashBytes = 10;
const recordBytes = 16;

export interface DuplicateOptions {
  /** Records of a bucket, on average: 12 to 48 bytes of memory each while it is resolved. */
  bucketRecords?: number;
}

/**
 * Finds passages equal to an earlier one at a memory that does not grow with their number, but for a bit each. Hashes go
 * to a log on disk; once all are there, they are parted by their first bytes into buckets small enough for a table in
 * memory, and the buckets are resolved one at a time. Equal hashes meet in one bucket, in their order.
 */
export class Duplicates {
  private readonly log: AppendFile;
  private readonly record = Buffer.alloc(recordBytes);
  private readonly bucketRecords: number;
  private count = 0;

  /** @param folder for the log and the buckets, which `resolve` removes */
  constructor(private readonly folder: string, { bucketRecords = 1 << 20 }: DuplicateOptions = {}) {
    this.bucketRecords = bucketRecords;
    this.log = new AppendFile(path.join(folder, 'hashes'));
  }

  /** Takes the hash of the next passage, at least 10 bytes of it. */
  add(hash: Uint8Array): void {
    this.record.set(hash.subarray(0, hashBytes));
    this.record.writeUIntBE(this.count++, hashBytes, 6);
    this.log.write(this.record);
  }

  /** Closes the log, for one who will not resolve. */
  close(): void {
    this.log.close();
  }

  /**
   * A bit a passage: 1 for one that is equal to an earlier one.
   * @param turn awaited after each bucket, with how many there are
   */
  async resolve(turn?: (bucket: number, buckets: number) => Promise<void>): Promise<Bits> {
    this.log.close();
    const repeated = new Bits(this.count);
    const buckets = Math.max(1, Math.ceil(this.count / this.bucketRecords));
    if (buckets === 1) {
      resolveBucket(this.log.file, repeated);
    } else {
      const files = this.part(buckets);
      for (let i = 0; i < buckets; i++) {
        resolveBucket(files[i], repeated);
        rmSync(files[i]);
        await turn?.(i + 1, buckets);
      }
    }
    rmSync(this.log.file, { force: true });
    return repeated;
  }

  private part(buckets: number): string[] {
    const files = Array.from({ length: buckets }, (_, i) => new AppendFile(path.join(this.folder, `bucket-${i}`), 1 << 14, false));
    for (const records of readRecords(this.log.file, recordBytes)) {
      for (let at = 0; at < records.length; at += recordBytes) {
        const bucket = Math.floor((records.readUInt32BE(at) / 2 ** 32) * buckets);
        files[bucket].write(records.subarray(at, at + recordBytes));
      }
    }
    return files.map((file) => {
      file.close();
      return file.file;
    });
  }
}

/** A bit for each of `length` things. */
export class Bits {
  private readonly bytes: Uint8Array;
  /** How many are 1. */
  ones = 0;

  constructor(readonly length: number) {
    this.bytes = new Uint8Array(Math.ceil(length / 8));
  }

  /** Sets a bit that is 0. */
  set(i: number): void {
    this.bytes[Math.floor(i / 8)] |= 1 << i % 8;
    this.ones++;
  }

  get(i: number): boolean {
    return (this.bytes[Math.floor(i / 8)] & (1 << i % 8)) !== 0;
  }
}

/** Marks every record whose hash an earlier one has. The table holds each hash once, so repetitions take no memory. */
function resolveBucket(file: string, repeated: Bits): void {
  const table = new HashTable();
  for (const records of readRecords(file, recordBytes)) {
    for (let at = 0; at < records.length; at += recordBytes) {
      const isNew = table.add(records.readUInt32BE(at), records.readUInt32BE(at + 4), records.readUInt16BE(at + 8));
      if (!isNew) repeated.set(records.readUIntBE(at + hashBytes, 6));
    }
  }
}

/** A set of 80-bit hashes by open addressing, three words a slot; a third word of 0 is an empty slot. */
class HashTable {
  private slots = 1 << 10;
  private words = new Uint32Array(3 * this.slots);
  private used = 0;

  /** Whether the hash was not there yet. */
  add(first: number, second: number, third: number): boolean {
    if (this.used * 2 >= this.slots) this.grow();
    return this.insert(first, second, third + 1);
  }

  private insert(first: number, second: number, third: number): boolean {
    const { words } = this;
    // The first word chose the bucket, so the second tells more.
    for (let slot = second & (this.slots - 1); ; slot = (slot + 1) & (this.slots - 1)) {
      const at = 3 * slot;
      if (words[at + 2] === 0) {
        words[at] = first;
        words[at + 1] = second;
        words[at + 2] = third;
        this.used++;
        return true;
      }
      if (words[at] === first && words[at + 1] === second && words[at + 2] === third) return false;
    }
  }

  private grow(): void {
    const { words } = this;
    this.slots *= 2;
    this.words = new Uint32Array(3 * this.slots);
    this.used = 0;
    for (let at = 0; at < words.length; at += 3) if (words[at + 2] !== 0) this.insert(words[at], words[at + 1], words[at + 2]);
  }
}
