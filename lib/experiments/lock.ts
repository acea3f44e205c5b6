import { closeSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, type Held, holderText, Interrupted, isHeld, keepHeld, type ProcessIdentity, thisProcess } from '../common';

function read(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return null;
  }
}

/**
 * Takes the lock of a folder, or tells who has it. A lock whose process is gone is taken over. The file appears with its
 * content in one step (a hard link), so no other process sees it empty.
 */
export function tryLock(folder: string): Held | ProcessIdentity {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'lock');
  const draft = `${file}.${process.pid}.tmp`;
  const handle = openSync(draft, 'w');
  writeSync(handle, JSON.stringify(thisProcess()));
  closeSync(handle);
  try {
    for (;;) {
      try {
        linkSync(draft, file);
        return keepHeld(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = read(file);
      if (holder && isHeld(file, holder)) return holder;
      removeStale(file, holder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a stale lock out of the way, unless another process has replaced it since it was read. */
function removeStale(file: string, stale: ProcessIdentity | null): void {
  const aside = `${file}.stale.${process.pid}.tmp`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  if (JSON.stringify(moved) !== JSON.stringify(stale)) {
    try {
      linkSync(aside, file);
    } catch {
      // A third process holds the lock by now; the one moved aside waits for nothing but its own release.
    }
  }
  rmSync(aside, { force: true });
}

/**
 * Waits for a folder's lock.
 * @param onWait told once who holds it
 */
export async function lockFolder(folder: string, onWait: (message: string) => void, signal?: AbortSignal): Promise<Held> {
  for (let told = false; ; told = true) {
    const result = tryLock(folder);
    if ('release' in result) return result;
    if (!told) onWait(`this run is being made by ${holderText(result, displayPath(path.join(folder, 'lock')))}; waiting for it`);
    if (signal?.aborted) throw new Interrupted('stopped while waiting');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
