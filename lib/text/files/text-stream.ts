import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, readSync } from 'node:fs';
import { displayPath, InputError } from '../../common';
import { decodeText } from '../../corpus/encoding';

const chunkBytes = 1 << 20;

/** Told how many more bytes of a file were read. */
export type OnBytes = (bytes: number) => void;

/** A line of a text file, without its line break, and its number from 1. */
export interface Line {
  text: string;
  number: number;
}

/**
 * A file's text, a megabyte at a time. The encoding is told from its byte order mark, else from the first megabyte that
 * is not all ASCII, by the rules of the corpora; the whole file is then decoded strictly in it.
 */
export function* readText(file: string, onBytes?: OnBytes): Generator<string> {
  const name = displayPath(file);
  const handle = openFile(file, name);
  try {
    const label = findEncoding(handle, name);
    const decoder = new TextDecoder(label, { fatal: true });
    let line = 1;
    for (let at = 0; ;) {
      // A buffer of its own for each chunk: the decoder may still look at the last one's bytes.
      const bytes = Buffer.allocUnsafe(chunkBytes);
      const length = readSync(handle, bytes, 0, chunkBytes, at);
      let text: string;
      try {
        text = decoder.decode(bytes.subarray(0, length), { stream: length > 0 });
      } catch {
        throw new InputError(`${name}: seems to be ${label} by its beginning, but is not valid in it between bytes ${at} and ${at + length}, after line ${line}. Save the file as UTF-8.`);
      }
      // The decoder drops a mark of UTF-8 and UTF-16, not of GB18030.
      if (at === 0 && text.startsWith('\ufeff')) text = text.slice(1);
      at += length;
      onBytes?.(length);
      if (text !== '') yield text;
      if (length === 0) return;
      for (let feed = text.indexOf('\n'); feed >= 0; feed = text.indexOf('\n', feed + 1)) line++;
    }
  } finally {
    closeSync(handle);
  }
}

/**
 * The lines of a file, at the memory of the longest.
 * @param longest most UTF-16 units that a line may have
 * @param advice what to do about a longer one
 */
export function* readLines(file: string, longest: number, advice: string, onBytes?: OnBytes): Generator<Line> {
  let number = 1;
  let parts: string[] = [];
  let waiting = 0;
  let held = '';
  for (const chunk of readText(file, onBytes)) {
    // A carriage return at the end may be half of a line break.
    const text = held + chunk;
    held = text.endsWith('\r') ? '\r' : '';
    const lines = (held ? text.slice(0, -1) : text).split(/\r\n|\n|\r/);
    for (let i = 0; i < lines.length; i++) {
      if (i > 0) {
        yield { text: parts.length === 1 ? parts[0] : parts.join(''), number: number++ };
        parts = [];
        waiting = 0;
      }
      parts.push(lines[i]);
      waiting += lines[i].length;
      if (waiting > longest) throw new InputError(`${displayPath(file)}: line ${number} has more than ${longest} characters. ${advice}`);
    }
  }
  if (waiting > 0 || held !== '') yield { text: parts.join(''), number };
}

function openFile(file: string, name: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    throw new InputError(`${name}: cannot be read (${(error as NodeJS.ErrnoException).code}). Check the path.`);
  }
}

/** The label of the file's encoding as TextDecoder knows it. */
function findEncoding(handle: number, name: string): string {
  const bytes = Buffer.allocUnsafe(chunkBytes);
  for (let at = 0; ;) {
    const length = readSync(handle, bytes, 0, chunkBytes, at);
    const chunk = bytes.subarray(0, length);
    if (at === 0 && chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
    if (at === 0 && chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
    at += length;
    const last = length < chunkBytes;
    if (!last && chunk.every((byte) => byte < 0x80)) continue;
    // A chunk may end inside a character of up to four bytes.
    const cuts = (last ? [0] : [0, 1, 2, 3]).map((cut) => chunk.subarray(0, length - cut));
    if (cuts.some((cut) => isUtf8(cut) && !cut.includes(0))) return 'utf-8';
    for (const cut of cuts) {
      try {
        return decodeText(cut, name).encoding.replace(' with BOM', '');
      } catch (error) {
        if (cut === cuts[cuts.length - 1]) throw error;
      }
    }
  }
}
