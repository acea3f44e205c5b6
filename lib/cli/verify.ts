import type { Command } from 'commander';
import { JobError } from '../common';
import { interruptible } from './interruptible';
import { lazy } from './lazy';
import { RunProgress } from './run-progress';

export function register(program: Command): void {
  program
    .command('verify')
    .description('runs a recorded run again in a scratch folder and compares; exit 1 if anything that should agree does not')
    .argument('<run>', 'a run\'s key, its folder, or a record.json; keys beside committed tables work too')
    .option('--json', 'print the comparison as JSON')
    .action((run: string, options: { json?: boolean }) => interruptible((signal) => verifyRun(run, options, signal)));
}

async function verifyRun(run: string, { json }: { json?: boolean }, signal: AbortSignal): Promise<void> {
  const { findRecord, verify } = lazy.experiments();
  const { prepareBackend } = lazy.backend();
  const record = findRecord(run);
  await prepareBackend({ threads: record.backend.threads });
  const progress = new RunProgress(1);
  progress.run(`${record.key} again`);
  try {
    const result = await verify(record, { signal, hooks: { onPhase: (phase, urgent) => progress.phase(phase, urgent), onProgress: (share) => progress.progress(share) } });
    progress.stop();
    const { sameMachine, differences, f1 } = result;
    if (json) process.stdout.write(JSON.stringify(result, null, 2) + '\n');
    if (differences.length) throw new JobError(`run ${record.key} does not verify: ${differences.join('; ')}`);
    const how = sameMachine ? 'scores, predictions and weights are equal, bit for bit' : 'another machine or backend than the record\'s; F1 agrees within its tolerance';
    if (!json) process.stdout.write(`run ${record.key} verified: F1 ${(100 * f1.recorded).toFixed(2)} recorded, ${(100 * f1.again).toFixed(2)} again; ${how}\n`);
  } finally {
    progress.stop();
  }
}
