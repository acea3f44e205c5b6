import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import * as path from 'node:path';
import { InputError } from './errors';

/** The project's root folder: where package.json lies. */
export const projectRoot = path.resolve(__dirname, '..', '..');

/** A path inside the project, whatever the working directory is. */
export function inProject(...parts: string[]): string {
  return path.join(projectRoot, ...parts);
}

/**
 * A path as a person would write it, and as it means the same elsewhere: relative to the project when inside it, else from $MEDNER_DATA when
 * inside that.
 */
export function displayPath(file: string): string {
  const inside = (folder: string): string | undefined => {
    const relative = path.relative(folder, path.resolve(file));
    return relative.startsWith('..') || path.isAbsolute(relative) ? undefined : relative || '.';
  };
  const { MEDNER_DATA: corpora } = process.env;
  const there = corpora ? inside(path.resolve(corpora)) : undefined;
  return inside(projectRoot) ?? (there === undefined ? file : path.posix.join('$MEDNER_DATA', there));
}

/** Bytes written or read by one call: Node takes no 2 GiB. */
const atOnce = 1 << 24;

/**
 * Writes a file so that a reader, or a crash, sees either the old content or the new, never a part: temporary name in
 * the same folder, fsync, rename, and fsync of the folder so that the rename itself survives a power loss.
 */
export function writeFileAtomic(file: string, content: string | Uint8Array | readonly Uint8Array[]): void {
  const folder = path.dirname(file);
  mkdirSync(folder, { recursive: true });
  const temporary = path.join(folder, `.${path.basename(file)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
  const parts = typeof content === 'string' ? [Buffer.from(content, 'utf8')] : content instanceof Uint8Array ? [content] : content;
  try {
    const handle = openSync(temporary, 'w');
    try {
      for (const part of parts) {
        for (let written = 0; written < part.length;) written += writeSync(handle, part, written, Math.min(atOnce, part.length - written));
      }
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    // Of a handle, the system's error names no file; of the temporary one, none that the reader knows.
    throw Object.assign(error as NodeJS.ErrnoException, { path: file });
  }
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** What keeps a file from being written, in words; other errors are no fault of the place. */
const obstacles: Record<string, string> = {
  EACCES: 'this user may not write there', EPERM: 'this user may not write there', EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder', EEXIST: 'a part of the path is a file, not a folder', ENOENT: 'its folder cannot be made there',
};

/**
 * Makes a file's folder and tries to write in it: a command that will write there asks this before its work, not after.
 * @throws InputError where it cannot be written
 */
export function checkWritable(file: string): void {
  const refused = (why: string): InputError => new InputError(`${displayPath(path.resolve(file))} cannot be written: ${why}. Name another place.`);
  const folder = path.dirname(path.resolve(file));
  const probe = path.join(folder, `.${path.basename(file)}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    closeSync(openSync(probe, 'w'));
    rmSync(probe);
  } catch (error) {
    const why = obstacles[(error as NodeJS.ErrnoException).code ?? ''];
    throw why ? refused(why) : error;
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) throw refused('there is a folder of that name');
}

/** JSON with a final line feed, written atomically. */
export function writeJson(file: string, value: unknown): void {
  writeFileAtomic(file, JSON.stringify(value, null, 2) + '\n');
}

/** A file's size and time, or that it is missing: while they stay, so does what was read of it. */
export function fileState(file: string): string {
  const state = statSync(file, { throwIfNoEntry: false });
  return state ? `${state.size} ${state.mtimeMs}` : 'missing';
}

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

export function sha256File(file: string): string {
  const hash = createHash('sha256');
  const handle = openSync(file, 'r');
  try {
    const bytes = new Uint8Array(Math.min(atOnce, fstatSync(handle).size + 1));
    for (let count; (count = readSync(handle, bytes)) > 0;) hash.update(bytes.subarray(0, count));
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}

/** `length` bytes of an open file from `position` on; fewer where it ends before. */
export function readAt(handle: number, position: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let read = 0;
  for (let count; read < length && (count = readSync(handle, bytes, read, Math.min(atOnce, length - read), position + read)) > 0;) read += count;
  return bytes.subarray(0, read);
}

/** JSON with sorted keys and no white space: equal values give equal text, whatever order their fields were set in. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).filter(([, field]) => field !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${canonicalJson(field)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}
