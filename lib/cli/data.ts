import * as path from 'node:path';
import { Option, type Command } from 'commander';
import { InputError, displayPath, writeFileAtomic } from '../common';
import {
  convertDocuments,
  convertFormats,
  corpusStatistics,
  describeProblem,
  loadCorpus,
  splitNames,
  splitSchemes,
  statisticsToJson,
  validateCorpus,
  type ConvertFormat,
  type Corpus,
  type SplitScheme,
  type Validation,
} from '../corpus';
import { augmentCorpus, type AugmentCommandOptions } from './augment';
import { augmentCorpusTraditionally } from './augment-traditionally';
import { collect } from './interruptible';
import { registerLengths } from './lengths';
import { amount } from './numbers';
import { refuseToOverwrite } from './overwrite';
import { describeStatistics } from './statistics-text';

interface SplitOptions {
  split: SplitScheme;
  seed: number;
}

const corpusArgument = 'sample, cmeee-v2, ccks2017, ccks2019, ccks2020, or a file or folder';

export function register(program: Command): void {
  const data = program.command('data').description('look at, check and convert corpora');

  withSplit(data.command('stats'))
    .description('documents, entities, lengths, nesting, mentions seen in train, and what each k of a k-mask loses')
    .argument('<corpus>', corpusArgument)
    .option('--json', 'as JSON')
    .action(async (corpus: string, options: SplitOptions & { json?: boolean }) => {
      const loaded = await loadCorpus(corpus, options);
      tellNotes(loaded.notes);
      const statistics = corpusStatistics(loaded);
      process.stdout.write(options.json ? JSON.stringify(statisticsToJson(statistics), null, 2) + '\n' : describeStatistics(statistics));
    });

  registerLengths(data);

  data
    .command('validate')
    .description('every problem by file and record; exit status 2 if any entity does not fit its text')
    .argument('<corpus>', corpusArgument)
    .option('--against <corpus>', 'also find documents that stand in this other corpus, which may be unlabelled')
    .option('--json', 'as JSON')
    .action((corpus: string, options: { against?: string; json?: boolean }) => {
      const validation = validateCorpus(corpus, options.against);
      process.stdout.write(options.json ? JSON.stringify(validation, null, 2) + '\n' : describeValidation(validation));
      if (validation.counts.error > 0) process.exitCode = 2;
    });

  withSplit(data.command('convert'))
    .description('write a corpus in another format, a file a split')
    .argument('<corpus>', corpusArgument)
    .addOption(new Option('--to <format>', 'the format').choices(convertFormats).makeOptionMandatory())
    .option('--out <folder>', 'where to (default: CORPUS-FORMAT in this folder)')
    .option('--force', 'overwrite files that are there')
    .action(async (corpus: string, options: SplitOptions & { to: ConvertFormat; out?: string; force?: boolean }) => {
      convert(await loadCorpus(corpus, options), options);
    });

  withSplit(data.command('augment'))
    .description('the training split with paper B\'s data augmentation (easy data augmentation and remote supervision), or with a traditional method of paper A\'s Table 9')
    .argument('<corpus>', corpusArgument)
    .addOption(new Option('--method <name>', 'a traditional method in place of paper B\'s augmentation').choices(['masking', 'replacement', 'synonyms', 'back-translation']))
    .option('--out <file>', 'write the augmented training split as JSON lines')
    .option('--set <field=value>', 'any field of the augmentation\'s configuration, as in substitution.documents=0.5; may be repeated', collect, [])
    .option('--chat-model <name>', 'a chat model of data/llm.yaml names instances and verifies matches, as in the paper (remote.chat; offline-lexicon answers by rule)')
    .option('--models <file>', 'the list of chat models (default: data/llm.yaml)')
    .option('--ceiling <amount>', 'most that the chat model may cost, in the currency of the list\'s prices (default: 0)', amount)
    .option('--cache <file>', 'where its requests and replies are kept (default: .cache/llm/replies.jsonl of the project)')
    .option('--figures <folder>', 'draw entity lengths before and after, and the process with its counts')
    .option('--force', 'overwrite the file that is there')
    .option('--json', 'the report as JSON')
    .action(async (corpus: string, options: SplitOptions & AugmentCommandOptions & { method?: string }) => {
      const loaded = await loadCorpus(corpus, options);
      await (options.method ? augmentCorpusTraditionally(loaded, options.method, options) : augmentCorpus(loaded, options));
    });
}

function withSplit(command: Command): Command {
  return command
    .addOption(new Option('--split <scheme>', 'as published, or random by document').choices(splitSchemes).default('official'))
    .addOption(
      new Option('--seed <n>', 'of a random split').default(1).argParser((value) => {
        if (!/^\d+$/.test(value)) throw new InputError(`--seed: expected a whole number, found "${value}".`);
        return Number(value);
      }),
    );
}

function tellNotes(notes: readonly string[]): void {
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
}

function describeValidation({ corpus, files, documents, entities, problems, counts, notes }: Validation): string {
  const lines = files.map(
    ({ path: file, format, encoding, ends, offsets, basis }) =>
      `${file}: ${format}, ${encoding}, ends ${ends}, offsets in ${offsets} (${basis === 'matched' ? 'found by matching the printed entities' : 'assumed from the format: no entity text is printed'})`,
  );
  lines.push(...notes.map((note) => `note: ${note}`));
  lines.push(...problems.map((found) => `${found.severity}: ${found.kind}: ${describeProblem(found)}`));
  const kinds = new Map<string, number>();
  for (const { kind } of problems) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const summary = [...kinds].map(([kind, count]) => `${count} ${kind}`).join(', ');
  lines.push(`${corpus}: ${documents} documents, ${entities} entities; ${counts.error} errors, ${counts.warning} warnings${summary ? ` (${summary})` : ''}`);
  return lines.join('\n') + '\n';
}

function convert(corpus: Corpus, options: { to: ConvertFormat; out?: string; force?: boolean }): void {
  tellNotes(corpus.notes);
  const folder = path.resolve(options.out ?? `${corpus.id}-${options.to}`);
  const sources = corpus.files.map((file) => file.path);
  const outputs = splitNames.flatMap((split) => {
    const documents = corpus.splits[split];
    if (!documents) return [];
    const converted = convertDocuments(documents, options.to);
    return [{ split, file: path.join(folder, `${split}.${converted.extension}`), ...converted }];
  });
  for (const { file } of outputs) refuseToOverwrite(file, { sources, read: 'the corpus itself', place: 'folder', force: options.force });
  for (const { split, file, content, losses } of outputs) {
    writeFileAtomic(file, content);
    process.stdout.write(`${displayPath(file)}\n`);
    for (const loss of losses) process.stderr.write(`lost in ${split}: ${loss}\n`);
  }
}
