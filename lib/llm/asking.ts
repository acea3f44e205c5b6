import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import * as path from 'node:path';
import { type Held, isHeld, keepHeld, type ProcessIdentity, thisProcess } from '../common';

/** How a claim names its process: 12:3456@host, 3456 its start. */
function nameOf({ pid, started, host }: ProcessIdentity): string {
  return `${pid}:${started}@${host}`;
}

/** The process that a claim names; nothing where it is none that `nameOf` wrote. */
function named(holder: string): ProcessIdentity | undefined {
  const [, pid, started, host] = /^(\d+):(\d*)@(.*)$/.exec(holder) ?? [];
  return host === undefined ? undefined : { pid: Number(pid), started, host };
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/**
 * Which process asks for what, so that two that work on the same corpus do not both pay. A claim is a symbolic link whose target names the
 * process: it appears with its content in one step. That of a process that is gone is taken over.
 * @param folder beside the cache
 * @returns how to give the claim up; while another process has it, which
 */
export function claim(folder: string, key: string): Held | ProcessIdentity {
  mkdirSync(folder, { recursive: true });
  const link = path.join(folder, key);
  for (;;) {
    try {
      symlinkSync(nameOf(thisProcess()), link);
      return keepHeld(link);
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
    const asker = named(holder);
    if (asker && isHeld(link, asker)) return asker;
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
