import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells a process from every other one, from a later one too that got the same id. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** When it started, in clock ticks since its machine's boot; '' where that is unknown. */
  started: string;
}

export const thisProcess = (): ProcessIdentity => ({ pid: process.pid, host: hostname(), started: startOf(process.pid) });

/** Whether a process still runs. Of one on another machine nothing can be said: it counts as running, so that what it holds in a shared folder is respected. */
export function isRunning({ pid, host, started }: ProcessIdentity): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return started === '' || startOf(pid) === started;
}

/** Field 22 of /proc/PID/stat. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command, is in parentheses and may hold spaces.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '';
  }
}
