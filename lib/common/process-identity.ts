import { lstatSync, lutimesSync, readFileSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';

/** Tells a process from every other one, from a later one too that got the same id. */
export interface ProcessIdentity {
  pid: number;
  host: string;
  /** When it started, in clock ticks since its machine's boot; '' where that is unknown. */
  started: string;
}

export const thisProcess = (): ProcessIdentity => ({ pid: process.pid, host: hostname(), started: startOf(process.pid) });

/** Whether a process of this machine still runs. */
function runsHere({ pid, started }: ProcessIdentity): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return started === '' || startOf(pid) === started;
}

/** How often a holder renews the time of the file that it holds, in milliseconds, and after how long without that one of another machine counts as gone. */
const renewEvery = 30_000;
export const goneAfter = 10 * 60_000;

/** A file or link that this process holds. */
export interface Held {
  /** Gives it up and takes it away. */
  release(): void;
}

/** Keeps the time of a file or link new while this process holds it. */
export function keepHeld(file: string): Held {
  const timer = setInterval(() => {
    try {
      lutimesSync(file, new Date(), new Date());
    } catch {
      // Taken away: whoever did that holds it now.
    }
  }, renewEvery).unref();
  return {
    release() {
      clearInterval(timer);
      rmSync(file, { force: true });
    },
  };
}

/** Whether the process that a file or link names still holds it. On this machine it does while it runs; of one on another, in a shared folder, only the file's time can tell. */
export function isHeld(file: string, holder: ProcessIdentity): boolean {
  if (holder.host === hostname()) return runsHere(holder);
  const time = lstatSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return time !== undefined && Date.now() - time < goneAfter;
}

/** Who holds what others wait for, in words. */
export const holderText = ({ pid, host }: ProcessIdentity, file: string): string => {
  const elsewhere = host === hostname() ? '' : `; one of another machine counts as gone when it has not renewed that for ${goneAfter / 60_000} minutes`;
  return `process ${pid} on ${host} (${file}${elsewhere})`;
};

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
