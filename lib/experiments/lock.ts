import { closeSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import * as path from 'node:path';
import { Interrupted } from '../training';

/** Who holds a lock. `started` tells a process from a later one that got the same id. */
interface Holder {
  pid: number;
  host: string;
  started: string;
}

/** When a process of this machine started, in clock ticks since boot (field 22 of /proc/PID/stat); '' where unknown. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command, is in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '';
  }
}

function alive({ pid, host, started }: Holder): boolean {
  if (host !== hostname()) return true; // A shared folder: nothing can be said, so the lock is respected.
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return started === '' || startOf(pid) === started;
}

function read(file: string): Holder | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

export interface Lock {
  release(): void;
}

/**
 * Takes the lock of a folder, or tells who has it. A lock whose process is gone is taken over. The file appears with its
 * content in one step (a hard link), so no other process sees it empty.
 */
export function tryLock(folder: string): Lock | Holder {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'lock');
  const mine: Holder = { pid: process.pid, host: hostname(), started: startOf(process.pid) };
  const draft = `${file}.${process.pid}.tmp`;
  const handle = openSync(draft, 'w');
  writeSync(handle, JSON.stringify(mine));
  closeSync(handle);
  try {
    for (;;) {
      try {
        linkSync(draft, file);
        return { release: () => rmSync(file, { force: true }) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = read(file);
      if (holder && alive(holder)) return holder;
      removeStale(file, holder);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Moves a stale lock out of the way, unless another process has replaced it since it was read. */
function removeStale(file: string, stale: Holder | null): void {
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
export async function lockFolder(folder: string, onWait: (message: string) => void, signal?: AbortSignal): Promise<Lock> {
  for (let told = false; ; told = true) {
    const result = tryLock(folder);
    if ('release' in result) return result;
    if (!told) onWait(`process ${result.pid} on ${result.host} works on this run; waiting for it (${path.join(folder, 'lock')})`);
    if (signal?.aborted) throw new Interrupted('stopped while waiting');
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
