import * as path from 'node:path';
import type { Command } from 'commander';
import { displayPath, InputError, inProject, projectRoot } from '../common';
import { collect, interruptible } from './interruptible';
import { lazy } from './lazy';
import { RunProgress } from './run-progress';
import { corpusOption, guardOption, inProjectTerms, textArgument, textOf, type TextFlags } from './text-options';
import { integer } from './train';

interface PretrainFlags extends TextFlags {
  from?: string;
  vocabulary?: string;
  steps?: string;
  seed?: string;
  set: string[];
  name?: string;
  force?: boolean;
  checkpointSeconds: string;
  json?: boolean;
}

export function register(program: Command): void {
  program
    .command('pretrain')
    .description('trains a small encoder to guess hidden words of unlabelled text (masked language model), and keeps it with its record')
    .argument(...textArgument)
    .addOption(corpusOption())
    .addOption(guardOption())
    .option('--from <folder>', 'go on from this encoder, as data/models/medner-mini, with its vocabulary, on text of another kind: at half the rate, and kept as it was if no update lowers the held-out loss')
    .option('--vocabulary <file>', 'a vocab.txt in the common format, of which the part is kept that the text uses (default: data/models/bert-base-chinese/vocab.txt, of imported weights; data/models/medner-mini/vocab.txt ships)')
    .option('--steps <n>', 'updates (training.steps)')
    .option('--seed <n>', 'seed of weights, order and masks')
    .option('--set <field=value>', 'any field of the configuration, as in encoder.layers=6; may be repeated', collect, [])
    .option('--name <name>', 'write the encoder to data/models/NAME, ready for --set model.encoder.weights=data/models/NAME')
    .option('--force', 'write over another encoder of that name')
    .option('--checkpoint-seconds <s>', 'write a checkpoint when the last is this old', '120')
    .option('--json', 'print the record as JSON')
    .action((sources: string[], flags: PretrainFlags) => interruptible((signal) => run(sources, flags, signal)));
}

async function run(sources: string[], flags: PretrainFlags, signal: AbortSignal): Promise<void> {
  const { checkPretrainConfig, defaultsFrom, notOverEncoder, pretrain, pretrainCommand, pretrainDefaults, publishPretrained } = lazy.pretraining();
  const { withOverrides } = lazy.experiments();
  const { bfloat16Pays, prepareBackend } = lazy.backend();
  await prepareBackend();
  const base = structuredClone(flags.from === undefined ? pretrainDefaults : defaultsFrom(inProjectTerms(flags.from)));
  base.text = { ...base.text, ...textOf(sources, flags) };
  if (flags.vocabulary !== undefined) base.vocabulary.full = inProjectTerms(flags.vocabulary);
  if (flags.steps !== undefined) base.training.steps = integer('--steps', flags.steps, 1);
  if (flags.seed !== undefined) base.seed = integer('--seed', flags.seed);
  if (bfloat16Pays()) base.precision = 'bfloat16';
  const config = checkPretrainConfig(withOverrides(base, flags.set));
  const published = flags.name === undefined ? undefined : inProject('data', 'models', flags.name);
  if (published && config.from !== undefined && path.resolve(projectRoot, config.from) === published) {
    throw new InputError(`--name ${flags.name}: the encoder would be written over what it goes on from; give it a name of its own`);
  }
  // Before hours are spent.
  if (published && !flags.force) notOverEncoder(published, config);

  const progress = new RunProgress(1);
  progress.run('pretrain');
  try {
    const { record, folder, cached } = await pretrain(config, {
      signal,
      command: pretrainCommand(config),
      checkpointSeconds: integer('--checkpoint-seconds', flags.checkpointSeconds, 1),
      hooks: {
        onPhase: (phase, urgent) => progress.phase(phase, urgent),
        onProgress: (share) => progress.progress(share),
        onStep: ({ step, steps, secondsLeft }) => progress.progress(step / steps, secondsLeft),
        onResume: ({ step }) => progress.print(`continued from the checkpoint after update ${step}\n`),
        onBefore: ({ heldOutLoss, accuracy }) => progress.print(`before the first update: held-out loss ${heldOutLoss.toFixed(3)}, ${(100 * accuracy).toFixed(1)} % of hidden tokens guessed\n`),
        onPoint: ({ step, tokens, heldOutLoss, accuracy, seconds }) =>
          progress.print(
            `update ${step}: held-out loss ${heldOutLoss.toFixed(3)}, ${(100 * accuracy).toFixed(1)} % of hidden tokens guessed, ` +
              `${(tokens / 1e6).toFixed(1)} M tokens, ${Math.round(tokens / seconds).toLocaleString('en')} a second\n`,
          ),
      },
    });
    progress.stop();
    if (published) await publishPretrained(folder, record, published, flags);
    if (flags.json) {
      process.stdout.write(`${JSON.stringify(record)}\n`);
      return;
    }
    const { before, best, tokens, seconds } = record.training;
    process.stdout.write(
      `pre-trained on ${(tokens / 1e6).toFixed(1)} M tokens in ${(seconds / 60).toFixed(0)} min${cached ? ', read back' : ''}: held-out loss ` +
        `${best ? `${best.loss.toFixed(3)} (update ${best.epoch} of ${config.training.steps})` : 'not measured'}${before ? `, ${before.heldOutLoss.toFixed(3)} before` : ''}\n` +
        `run pretrain-${record.key}: ${displayPath(folder)}\nagain: ${record.command}\n` +
        (published ? `encoder: ${displayPath(published)}; use it with --set model.encoder.weights=${displayPath(published)}\n` : ''),
    );
  } finally {
    progress.stop();
  }
}
