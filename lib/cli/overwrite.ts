import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { checkWritable, displayPath, InputError } from '../common';

export interface OverwriteOptions {
  /** The files that the command reads, by paths of this folder or as `displayPath` has them. */
  sources: readonly string[];
  /** What messages call those. */
  read: string;
  /** What --out names. */
  place: 'file' | 'folder';
  force?: boolean;
}

/** @throws InputError where the file to write is read too, is there and is not to be overwritten, or cannot be written */
export function refuseToOverwrite(file: string, { sources, read, place, force }: OverwriteOptions): void {
  const whole = path.resolve(file);
  const shown = displayPath(whole);
  if (sources.some((source) => source === shown || path.resolve(source) === whole)) throw new InputError(`${shown} is ${read}; name another ${place} with --out.`);
  if (existsSync(whole) && !force) throw new InputError(`${shown} is already there; name another ${place} with --out, or overwrite it with --force.`);
  checkWritable(file);
}
