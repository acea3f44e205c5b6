import type { Command } from 'commander';
import { InputError, listen, stop } from '../common';
import { collect } from './interruptible';
import { lazy } from './lazy';
import { integer } from './train';

interface DemoOptions {
  run: string[];
  port: string;
}

/** Without a reason to be another; 0 takes any that is free. */
const usualPort = '8017';

export function register(program: Command): void {
  program
    .command('demo')
    .description('a page on this machine where text is typed and the entities of two models are seen side by side; Ctrl-C ends it')
    .option('--run <run>', 'a run\'s key or folder; may be given twice (default: the best two of different variants on the embedded corpus)', collect, [])
    .option('--port <n>', 'where it listens on 127.0.0.1; 0 for any that is free', usualPort)
    .action(demo);
}

const portRefusals: Record<string, string> = {
  EADDRINUSE: 'is taken',
  EACCES: 'is not open to this user, as those below 1024 often are',
};

/** Why a port cannot be listened at, in words where another port would do. */
export function refusedPort(port: number, error: NodeJS.ErrnoException): Error {
  const why = portRefusals[error.code ?? ''];
  return why ? new InputError(`port ${port} ${why}; name another with --port, or 0 for any that is free`) : error;
}

async function demo({ run, port: asked }: DemoOptions): Promise<void> {
  const wanted = integer('--port', asked);
  if (wanted > 65535) throw new InputError(`--port ${asked}: expected at most 65535`);
  if (run.length > 2) throw new InputError(`${run.length} runs are named; the page shows one or two side by side`);
  const { bestRuns, demoExamples, demoServer, loadModel } = lazy.demo();
  const { loadCorpus } = lazy.corpus();
  const models = [];
  for (const name of run.length ? run : bestRuns()) models.push(await loadModel(name));
  const server = demoServer(models, demoExamples(await loadCorpus('sample')));
  const port = await listen(server, wanted).catch((error: NodeJS.ErrnoException) => {
    throw refusedPort(wanted, error);
  });
  for (const { key, name, f1 } of models) process.stderr.write(`${name}: F1 ${(100 * f1).toFixed(2)}, run ${key}\n`);
  process.stdout.write(`http://127.0.0.1:${port}/\n`);
  process.stderr.write('Open it in a browser of this machine; Ctrl-C ends the demo.\n');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await stop(server);
  for (const model of models) model.dispose();
  process.stderr.write('\nstopped\n');
}
