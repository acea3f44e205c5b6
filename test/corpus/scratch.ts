import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';

const made: string[] = [];

/** A temporary folder with these files; `removeScratch` removes all of them. */
export function scratch(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-test-'));
  made.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

export function removeScratch(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Asserts that reading fails, with a message that has all of these in it. */
export async function refuses(action: () => unknown, ...expected: (string | RegExp)[]): Promise<void> {
  let message: string | undefined;
  try {
    await action();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'InputError') throw error;
    message = error.message;
  }
  if (message === undefined) throw new Error('expected an InputError, but nothing was thrown');
  for (const part of expected) {
    if (typeof part === 'string' ? !message.includes(part) : !part.test(message)) throw new Error(`expected ${part} in the message: ${message}`);
  }
}
