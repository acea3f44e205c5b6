import { fstatSync, writeSync } from 'node:fs';

/**
 * Makes standard output to a file fail where the system takes a part only, as on a disk that becomes full: Node's own stream takes
 * that part for the whole, and the rest is lost without an error.
 */
export function wholeOutput(stream: NodeJS.WriteStream & { fd: number }): void {
  if (!fstatSync(stream.fd).isFile()) return;
  stream._write = (chunk: Uint8Array, _encoding, done) => {
    try {
      for (let written = 0; written < chunk.length;) written += writeSync(stream.fd, chunk, written);
      done();
    } catch (error) {
      done(error as Error);
    }
  };
}
