import { readFileSync } from 'node:fs';
import { InputError } from './errors';
import { displayPath } from './files';

/**
 * A UTF-8 file's text, without a byte order mark.
 * @throws InputError where the file cannot be read, or is not valid in UTF-8
 */
export function readUtf8(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    throw new InputError(`${displayPath(file)} cannot be read as UTF-8 text: ${(error as Error).message}`);
  }
}

/** The lines of a text, whichever system's line breaks it has. */
export const linesOf = (text: string): string[] => text.split(/\r\n|\n|\r/);

/** The lines of a UTF-8 file that are not blank, trimmed. */
export const readLines = (file: string): string[] => linesOf(readUtf8(file)).map((line) => line.trim()).filter((line) => line !== '');
