// A process that makes runs for another one: side-by-side.ts starts it and speaks to it.
import { Interrupted } from '../common';
import type { FromProcess, ToProcess } from './side-by-side';
import { run } from './run';

const controller = new AbortController();
const stop = (): void => controller.abort();
let working = false;

const tell = (message: FromProcess): void => {
  if (process.connected) process.send!(message);
};

const leave = (): void => {
  if (process.connected) process.disconnect();
};

process.on('message', (message: ToProcess) => {
  if ('stop' in message) {
    stop();
    if (!working) leave();
  } else {
    void make(message);
  }
});
// A terminal's Ctrl-C reaches this process too; the other one decides what it means. Without the other one there is nothing to do.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', stop);
process.on('disconnect', stop);

async function make({ config, options }: Extract<ToProcess, { config: unknown }>): Promise<void> {
  working = true;
  try {
    const { folder, cached } = await run(config, { ...options, signal: controller.signal, hooks: { onProgress: (share) => tell({ share }) } });
    tell({ folder, cached });
  } catch (error) {
    const { name, message, stack } = error as Error;
    tell({ error: { name, message, stack } });
    if (error instanceof Interrupted) leave();
  } finally {
    working = false;
  }
}
