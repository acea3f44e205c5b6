import { setMaxListeners } from 'node:events';

/** Exit status after an interrupt, as shells have it: 128 + SIGINT. */
const interruptStatus = 130;

/**
 * Runs a job that can be interrupted: Ctrl-C (or SIGTERM) lets it finish its step and write a checkpoint; a second Ctrl-C
 * ends the process at once, which loses no more than the steps since the last checkpoint. A job of minutes has none.
 */
export async function interruptible(job: (signal: AbortSignal) => Promise<void>, { checkpoints = true } = {}): Promise<void> {
  const controller = new AbortController();
  // Every question under way listens; Node would take more than ten for a leak.
  setMaxListeners(0, controller.signal);
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(interruptStatus);
    controller.abort();
    process.stderr.write(`\ninterrupted: finishing the step${checkpoints ? ' and writing a checkpoint' : ''} (again to stop at once)\n`);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  try {
    await job(controller.signal);
  } catch (error) {
    if ((error as Error).name !== 'Interrupted') throw error;
    process.stderr.write(`${(error as Error).message}.${checkpoints ? ' Nothing is lost: the same command continues from here.' : ''}\n`);
    process.exitCode = interruptStatus;
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** Collects the values of an option that may be given several times. */
export const collect = (value: string, previous: string[]): string[] => [...previous, value];
