/**
 * A mistake in what the user gave (a file, a name, an option). The command line prints its message without a stack
 * and exits with 2. A message names the file or record, what was expected, what was found, and what to do.
 */
export class InputError extends Error {
  override name = 'InputError';
}

/** A job that could not finish (a loss became NaN, a verification differed). The command line exits with 1. */
export class JobError extends Error {
  override name: string = 'JobError';
}

/** A job that asked for more memory than there is; `detail` tells what asked, and the advice what to lower. */
export class OutOfMemoryError extends JobError {
  override name = 'OutOfMemoryError';

  constructor(readonly detail: string, advice = 'lower the batch size or the maximum length') {
    super(`${detail}; ${advice}`);
  }
}

/** Work that stopped because its signal was aborted; what can be continued (a checkpoint, answers that were paid for) was kept before. */
export class Interrupted extends Error {
  override name = 'Interrupted';
}
