import { mkdirSync, readFileSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import * as path from 'node:path';

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

const mine = (): string => `${process.pid}:${startOf(process.pid)}@${hostname()}`;

function alive(holder: string): boolean {
  const [, pid, started, host] = /^(\d+):(\d*)@(.*)$/.exec(holder) ?? [];
  // A shared folder: nothing can be said of a process elsewhere, so its claim is respected.
  if (host !== hostname()) return host !== undefined;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return started === '' || startOf(Number(pid)) === started;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/**
 * Which process asks for what, so that two that work on the same corpus do not both pay. A claim is a symbolic link whose target names the
 * process: it appears with its content in one step. That of a process that is gone is taken over.
 * @param folder beside the cache
 * @returns how to give the claim up; nothing while another process has it
 */
export function claim(folder: string, key: string): (() => void) | undefined {
  mkdirSync(folder, { recursive: true });
  const link = path.join(folder, key);
  for (;;) {
    try {
      symlinkSync(mine(), link);
      return () => rmSync(link, { force: true });
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    let holder: string;
    try {
      holder = readlinkSync(link);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') continue;
      throw error;
    }
    if (alive(holder)) return undefined;
    removeStale(link, holder);
  }
}

/** Takes a claim whose process is gone out of the way, unless a third process has replaced it since it was read. */
function removeStale(link: string, stale: string): void {
  const aside = `${link}.${process.pid}.tmp`;
  try {
    renameSync(link, aside);
    const moved = readlinkSync(aside);
    if (moved !== stale) symlinkSync(moved, link);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(codeOf(error) ?? '')) throw error;
  }
  rmSync(aside, { force: true });
}
