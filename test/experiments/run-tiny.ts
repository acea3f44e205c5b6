// A process that makes one tiny run as the command line does: `run-tiny.ts CORPUS RUNS [--slow]`. The tests interrupt it.
import { interruptible } from '../../lib/cli/interruptible';
import { resolveConfig, run } from '../../lib/experiments';
import { tiny } from './corpus';

const [, , corpus, runs, slow] = process.argv;
const config = resolveConfig({ variant: 'rw-egp', corpus, profile: 'quick', seed: 0, set: tiny });

void interruptible(async (signal) => {
  await run(config, {
    runs,
    signal,
    hooks: {
      onStep: async ({ step }) => {
        process.stdout.write(`step ${step}\n`);
        await new Promise((resolve) => setTimeout(resolve, slow ? 200 : 0));
      },
    },
  });
});
