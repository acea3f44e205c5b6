import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { projectRoot } from '../common';

export interface Hardware {
  cpu: string;
  cores: number;
  /** Bytes. */
  memory: number;
}

export function hardware(): Hardware {
  return { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: cpus().length, memory: totalmem() };
}

export interface Commit {
  hash: string;
  /** Whether tracked files of the project's code or data differ from the commit. */
  dirty: boolean;
}

/** The commit that the code is at, or null outside a git checkout. */
export function commit(): Commit | null {
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: projectRoot, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return { hash: git('rev-parse', 'HEAD'), dirty: git('status', '--porcelain', '--', 'lib', 'data', 'package-lock.json') !== '' };
  } catch {
    return null;
  }
}

/** Starts a new measurement of peak memory, so that one process can measure several runs one after the other (Linux). */
export function resetPeakMemory(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Elsewhere the peak is that of the whole process.
  }
}

/** Peak resident memory in bytes since the reset, or of the whole process where the system cannot reset it. */
export function peakMemory(): number {
  try {
    const high = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (high) return Number(high[1]) * 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}
