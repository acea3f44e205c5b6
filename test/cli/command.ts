import { Command } from 'commander';
import * as data from '../../lib/cli/data';
import * as predict from '../../lib/cli/predict';
import * as score from '../../lib/cli/score';

/** Runs a command in this process and returns what it wrote, with the exit status it asked for. */
export async function medner(...words: string[]): Promise<{ stdout: string; stderr: string; status: number }> {
  const program = new Command('medner').exitOverride();
  for (const command of [data, score, predict]) command.register(program);
  const written = { stdout: '', stderr: '' };
  const originals = { stdout: process.stdout.write, stderr: process.stderr.write };
  const earlier = process.exitCode;
  process.exitCode = undefined;
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].write = ((chunk: string) => {
      written[stream] += chunk;
      return true;
    }) as typeof process.stdout.write;
  }
  try {
    await program.parseAsync(['node', 'medner', ...words]);
    return { ...written, status: Number(process.exitCode ?? 0) };
  } finally {
    process.stdout.write = originals.stdout;
    process.stderr.write = originals.stderr;
    process.exitCode = earlier;
  }
}
