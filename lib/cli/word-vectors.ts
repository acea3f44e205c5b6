import * as path from 'node:path';
import type { Command } from 'commander';
import { displayPath, inProject } from '../common';
import { interruptible } from './interruptible';
import { lazy } from './lazy';
import { RunProgress } from './run-progress';
import { corpusOption, guardOption, inProjectTerms, repeated, textArgument, textOf, type TextFlags } from './text-options';

interface WordVectorFlags extends TextFlags {
  dictionary: string[];
  set: string[];
  terms: string[];
  name?: string;
  force?: boolean;
  json?: boolean;
}

/** A command of its own beside `pretrain`, with which it shares the text: it needs no vocabulary and no backend, and `--set` names other fields. */
export function register(program: Command): void {
  program
    .command('word-vectors')
    .description('trains word vectors (Word2Vec) on the passages that pretrain would read from the same text, and keeps them with their record')
    .argument(...textArgument)
    .addOption(corpusOption())
    .addOption(guardOption())
    .addOption(repeated('--dictionary <file>', "the segmenter's extra words, one a line; may be repeated"))
    .addOption(repeated('--set <field=value>', 'any field of the configuration, as in training.window=8 or rows=10000; may be repeated'))
    .addOption(repeated('--terms <file>', 'measure on the terms of this type, one a line, whether neighbours are of one type; the file is named after it; may be repeated'))
    .option('--name <name>', 'write them to data/models/NAME, ready for --set wordVectors.pretrained=data/models/NAME')
    .option('--force', 'write over other word vectors of that name')
    .option('--json', 'print the record as JSON')
    .action((sources: string[], flags: WordVectorFlags) => interruptible((signal) => run(sources, flags, signal), { checkpoints: false }));
}

async function run(sources: string[], flags: WordVectorFlags, signal: AbortSignal): Promise<void> {
  const { checkWordVectorTraining, makeWordVectors, measureOnTerms, notOverWordVectors, publishWordVectors, wordVectorCommand, wordVectorDefaults } = lazy.pretraining();
  const { withOverrides } = lazy.experiments();
  const base = { ...wordVectorDefaults, text: textOf(sources, flags), dictionaries: flags.dictionary.map(inProjectTerms) };
  const config = checkWordVectorTraining(withOverrides(base, flags.set));
  const published = flags.name === undefined ? undefined : inProject('data', 'models', flags.name);
  if (published && !flags.force) notOverWordVectors(published, config);

  const progress = new RunProgress(1);
  progress.run('word vectors');
  try {
    const made = await makeWordVectors(config, {
      command: wordVectorCommand(config),
      signal,
      onProgress: ({ phase, done, total }) => {
        progress.phase(phase);
        progress.progress(total ? done / total : 0);
      },
    });
    progress.stop();
    const { folder, cached } = made;
    const record = flags.terms.length ? { ...made.record, agreement: measureOnTerms(folder, flags.terms.map(inProjectTerms)) } : made.record;
    if (published) publishWordVectors(folder, record, published, { force: flags.force });
    if (flags.json) {
      process.stdout.write(`${JSON.stringify(record)}\n`);
      return;
    }
    const { text, vectors, seconds, agreement } = record;
    process.stdout.write(
      `${vectors.rows.toLocaleString('en')} vectors of ${vectors.dimension} from ${(text.words / 1e6).toFixed(1)} M words in ${duration(seconds.text + seconds.training)}` +
        `${cached ? ', read back' : ''}; ${(100 * vectors.coverage).toFixed(1)} % of the words have one\n` +
        (agreement ? `of a typed term's ${agreement.neighbours} nearest typed terms ${(100 * agreement.share).toFixed(1)} % are of its type (by chance ${(100 * agreement.chance).toFixed(1)} %)\n` : '') +
        `run ${path.basename(folder)}: ${displayPath(folder)}\nagain: ${record.command}\n` +
        (published ? `vectors: ${displayPath(published)}; use them with --set wordVectors.pretrained=${displayPath(published)}\n` : ''),
    );
  } finally {
    progress.stop();
  }
}

const duration = (seconds: number): string => (seconds < 100 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(0)} min`);
