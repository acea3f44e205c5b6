import { CommanderError } from 'commander';
import { displayPath, InputError, JobError } from '../common';

/**
 * Tells an error on standard error; `place` is where it happened, for the system's errors that do not say.
 * @returns the exit status: 0 success, 1 a failed job, 2 bad usage or bad input
 */
export function exitStatus(error: unknown, place?: string): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const expected = error instanceof InputError || error instanceof JobError ? error.message : systemRefusal(error, place);
  process.stderr.write(`medner: ${expected ?? `an error that should not happen:\n${error instanceof Error ? error.stack : String(error)}`}\n`);
  return error instanceof InputError ? 2 : 1;
}

/** What the system refuses through no fault of the program, and what to do about it. */
const refusals: Record<string, [why: string, advice: string]> = {
  ENOSPC: ['the disk is full', 'free some space'],
  EDQUOT: ["this user's share of the disk is full", 'free some space'],
  EFBIG: ['the file would be larger than this user or file system may have it', 'raise that limit'],
  EROFS: ['the file system is read-only', 'make it writable'],
  EIO: ['the system cannot read or write there', 'see whether the disk is sound and still there'],
  EACCES: ['this user may not do that there', 'give the user the right to it'],
  EPERM: ['this user may not do that there', 'give the user the right to it'],
};

/** Undefined of other errors, and of those without a place that concern permissions: they may be about no file at all. */
function systemRefusal(error: unknown, place?: string): string | undefined {
  const { code = '', path: file } = (error ?? {}) as NodeJS.ErrnoException;
  const where = place ?? (file === undefined ? undefined : displayPath(file));
  const [why, advice] = refusals[code] ?? [];
  if (!why || (where === undefined && ['EACCES', 'EPERM'].includes(code))) return undefined;
  return `${where === undefined ? '' : `${where}: `}${why} (${code}); ${advice} and give the same command again: what was finished is kept`;
}
