import type { Command } from 'commander';
import { displayPath, InputError } from '../common';
import { collect, interruptible } from './interruptible';
import { lazy } from './lazy';
import { RunProgress } from './run-progress';

interface TrainOptions {
  data: string;
  profile: string;
  seed: string;
  limit?: string;
  set: string[];
  checkpointSeconds: string;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('train')
    .description('one run: trains a variant of the registry, scores it, and keeps its record; a finished run is read back')
    .argument('<variant>', 'a model, by its name below')
    .requiredOption('--data <corpus>', 'sample, cmeee-v2, ccks2017, ccks2019, ccks2020, or a path')
    .option('--profile <name>', 'quick, small or paper: where every other field\'s default comes from', 'quick')
    .option('--seed <n>', 'seed of weights, batches and dropout', '0')
    .option('--limit <n>', 'train on this many documents only (corpus.trainDocuments)')
    .option('--set <field=value>', 'any field of the configuration, as in training.epochs=3; may be repeated', collect, [])
    .option('--checkpoint-seconds <s>', 'write a checkpoint inside an epoch when the last is this old', '60')
    .option('--json', 'print the record as JSON')
    .addHelpText('after', () => `\nModels:\n${variantList()}`)
    .action((variant: string, options: TrainOptions) => interruptible((signal) => train(variant, options, signal)));
}

/** The registry's rows, a line each. */
function variantList(): string {
  const { registry } = lazy.registry();
  const width = Math.max(...registry.map(({ name }) => name.length));
  return registry.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`).join('\n');
}

/** A whole number given as an option. */
export function integer(option: string, text: string, least = 0): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new InputError(`${option} ${text}: expected a whole number of at least ${least}`);
  return value;
}

async function train(variant: string, options: TrainOptions, signal: AbortSignal): Promise<void> {
  const { resolveConfig, run } = lazy.experiments();
  const { prepareBackend } = lazy.backend();
  const set = [...options.set];
  if (options.limit !== undefined) set.unshift(`corpus.trainDocuments=${integer('--limit', options.limit, 1)}`);
  const config = resolveConfig({ variant, corpus: options.data, profile: options.profile, seed: integer('--seed', options.seed), set });
  await prepareBackend();

  const progress = new RunProgress(1);
  progress.run(`${variant}, seed ${config.seed}`);
  try {
    const { record, folder, cached } = await run(config, {
      signal,
      checkpointSeconds: integer('--checkpoint-seconds', options.checkpointSeconds),
      hooks: {
        onPhase: (phase, urgent) => progress.phase(phase, urgent),
        onProgress: (share) => progress.progress(share),
        onResume: ({ step }) => progress.print(`continued from the checkpoint after update ${step}\n`),
        onEpoch: ({ epoch, loss, f1, seconds }) =>
          progress.print(`epoch ${epoch + 1}: loss ${loss.toFixed(4)}, dev F1 ${(100 * f1).toFixed(2)}, ${seconds.toFixed(0)} s\n`),
      },
    });
    progress.stop();
    if (options.json) {
      process.stdout.write(JSON.stringify(record, null, 2) + '\n');
      return;
    }
    const { micro, nested, flat, lengths } = record.scores.scored;
    const { scored } = record.data.parts;
    const f1 = (score: { f1: number }): string => (100 * score.f1).toFixed(2);
    process.stdout.write(
      `${variant} on ${record.data.corpus}, ${scored.source} (${scored.documents} documents)${cached ? ', read back' : ''}: ` +
        `P ${(100 * micro.precision).toFixed(2)}  R ${(100 * micro.recall).toFixed(2)}  F1 ${f1(micro)}\n` +
        `F1 of nested entities ${f1(nested)}, flat ${f1(flat)}; short ${f1(lengths.short)}, medium ${f1(lengths.medium)}, long ${f1(lengths.long)}\n` +
        record.data.notes.map((note) => `note: ${note}\n`).join('') +
        `run ${record.key}: ${displayPath(folder)}\nagain: ${record.command}\n`,
    );
  } finally {
    progress.stop();
  }
}
