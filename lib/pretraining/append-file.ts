import { closeSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';

/** Bytes appended to a new file through a buffer. */
export class AppendFile {
  private readonly buffer: Buffer;
  private used = 0;
  private handle: number | undefined;
  /** Bytes appended so far. */
  length = 0;

  /** @param capacity bytes of the buffer. With many files open at once, one keeps its handle only while it writes. */
  constructor(readonly file: string, capacity = 1 << 16, private readonly keepOpen = true) {
    this.buffer = Buffer.allocUnsafe(capacity);
    closeSync(openSync(file, 'w'));
  }

  write(bytes: Uint8Array): void {
    this.length += bytes.length;
    if (this.used + bytes.length > this.buffer.length) this.flush();
    if (bytes.length > this.buffer.length) {
      this.append(bytes);
    } else {
      this.buffer.set(bytes, this.used);
      this.used += bytes.length;
    }
  }

  flush(): void {
    if (this.used > 0) this.append(this.buffer.subarray(0, this.used));
    this.used = 0;
  }

  /** @param sync also waits until the disk has it all */
  close({ sync = false } = {}): void {
    this.flush();
    if (sync) fsyncSync((this.handle ??= openSync(this.file, 'a')));
    this.release();
  }

  private append(bytes: Uint8Array): void {
    this.handle ??= openSync(this.file, 'a');
    for (let written = 0; written < bytes.length;) written += writeSync(this.handle, bytes, written);
    if (!this.keepOpen) this.release();
  }

  private release(): void {
    if (this.handle !== undefined) closeSync(this.handle);
    this.handle = undefined;
  }
}

/** A file in pieces of whole records of `size` bytes. A piece is valid until the next is taken. */
export function* readRecords(file: string, size: number): Generator<Buffer> {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafe(size * Math.max(1, Math.floor((1 << 20) / size)));
    for (;;) {
      let filled = 0;
      for (let read = -1; filled < buffer.length && read !== 0; filled += read) read = readSync(handle, buffer, filled, buffer.length - filled, null);
      if (filled > 0) yield buffer.subarray(0, filled);
      if (filled < buffer.length) return;
    }
  } finally {
    closeSync(handle);
  }
}
