import * as path from 'node:path';
import type { AugmentReport } from '../augment';
import { displayPath, InputError, writeFileAtomic } from '../common';
import { lengthClasses, writeJsonl, type Corpus } from '../corpus';
import { withOverrides } from '../experiments/overrides';
import type { ChatSources } from '../llm';
import { lazy } from './lazy';
import { refuseToOverwrite } from './overwrite';
import { textTable } from './text-table';

export interface AugmentCommandOptions {
  seed: number;
  set: string[];
  out?: string;
  figures?: string;
  force?: boolean;
  json?: boolean;
  chatModel?: string;
  models?: string;
  cache?: string;
  ceiling?: number;
}

/** `data augment`: augments a corpus's training split; every other labelled part is taken for scored. */
export async function augmentCorpus(corpus: Corpus, options: AugmentCommandOptions): Promise<void> {
  const { seed, set, out, figures, json, chatModel, models, cache, ceiling } = options;
  const { augment, checkAugmentConfig, readAugmentResources } = lazy.augment();
  const { train, ...others } = corpus.splits;
  if (!train) throw new InputError(`${corpus.id}: there is no training split to augment`);
  refuseOut(corpus, options);
  const defaults = checkAugmentConfig(corpus.id === 'sample' ? { remote: { unlabelled: ['data/sample/unlabelled.txt'] } } : {});
  const named = chatModel === undefined ? undefined : { model: chatModel, ceiling };
  const config = checkAugmentConfig(withOverrides({ ...defaults, remote: { chat: named, ...defaults.remote } }, set));
  if (chatModel === undefined) refuseOptions(options, ['ceiling'], 'limits what the model of --chat-model costs; name that too, or set remote.chat.ceiling');
  if (!config.remote.chat) refuseOptions(options, ['models', 'cache'], 'is for a chat model; name one with --chat-model');
  for (const note of corpus.notes) process.stderr.write(`note: ${note}\n`);
  const resources = readAugmentResources(config, corpus.types);
  const chat = config.remote.chat && lazy.llm().chatSources(config.remote.chat, corpus.types, { models, cache, onProgress: (_, note) => note && process.stderr.write(`${note}\n`) });
  const { documents, report } = await augment(train, config, { ...resources, instances: chat?.instances, verifier: chat?.verifier, scored: Object.values(others).flat() }, seed);
  if (chat) process.stderr.write(describeChat(chat));
  if (out) {
    writeFileAtomic(path.resolve(out), writeJsonl(documents));
    process.stderr.write(`${displayPath(path.resolve(out))}\n`);
  }
  if (figures) {
    const { augmentationLengths, augmentationProcess, closeBrowser, exportFigure } = lazy.figures();
    await exportFigure(augmentationLengths(report), path.join(figures, 'augmentation-lengths'));
    await exportFigure(augmentationProcess(report), path.join(figures, 'augmentation-process'));
    await closeBrowser();
  }
  process.stdout.write(json ? JSON.stringify(report, null, 2) + '\n' : describeAugmentation(report));
}

/** @throws InputError where --out names the corpus, or a file that is there and not to be overwritten */
export function refuseOut(corpus: Corpus, { out, force }: AugmentCommandOptions): void {
  if (out) refuseToOverwrite(out, { sources: corpus.files.map((file) => file.path), read: 'the corpus itself', place: 'file', force });
}

/** @throws InputError where one of these options is given, which would do nothing */
export function refuseOptions(options: AugmentCommandOptions, names: readonly (keyof AugmentCommandOptions)[], why: string): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given) throw new InputError(`--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${why}`);
}

function describeChat({ opened: { model, progress }, report: { requests, cached, reasked, leftOut } }: ChatSources): string {
  const lost = Object.entries(leftOut).map(([prompt, counts]) => `${prompt}: ${causes(counts)}`).join('; ');
  return `${model.name}: ${requests} questions, ${reasked} asked once more, ${cached} answered from the cache` +
    `${progress ? `, cost ${progress.cost.toPrecision(4)}` : ''}${lost ? `; answers left out: ${lost}` : ''}\n`;
}

const outcomeNames = {
  undecided: 'undecided', withoutEntity: 'without entity', incomplete: 'with an entity probably missed', crossing: 'crossing', scored: 'known from scored documents alone',
};

/** The report as tables for a terminal. */
export function describeAugmentation(report: AugmentReport): string {
  const { train, easy, remote, sources, before, after, target, distance, guarded } = report;
  const operations = [
    ['operation', 'wanted', 'documents', 'entities', 'refused'],
    ...Object.entries(easy).map(([name, { wanted, made, entities, rejects }]) => [name, String(wanted), String(made), String(entities), causes(rejects)]),
    ['remote supervision', String(remote.wanted), String(remote.made), String(remote.entities), causes(remote.rejects)],
  ];
  const { annotation, sentences } = remote;
  const { all: looked, kept, ...left } = annotation.sentences;
  const asked = remote.instances.map(({ type, added, given, asked: of }) => `${type} ${added} new of ${given} given, ${of} asked`);
  const steps = [
    ['training mentions looked for', String(remote.trainMentions)],
    ['terms of lexicons', String(remote.terms.lexicon)],
    [`terms of ${sources.instances}`, `${remote.terms.instance}${asked.length ? ` (${asked.join('; ')})` : ''}`],
    ['terms of several types', String(remote.ambiguous)],
    ['passages', `${remote.passages.read}, ${remote.passages.scored} left out: they hold a scored text`],
    ['sentences', `${sentences.found}; left out: ` +
      `${sentences.length} by length, ${sentences.repeated} repeated, ${sentences.scored} that are scored, ${sentences.notDrawn} not drawn`],
    ['matches', `${annotation.candidates}: ${annotation.accepted} accepted, ` +
      `${annotation.corrected.type} of another type, ${annotation.corrected.boundary} of another span, ${annotation.refuted} refuted, ${annotation.undecided} undecided`],
    ['sentences annotated', `${kept} of ${looked}; ${Object.entries(left).map(([outcome, count]) => `${count} ${outcomeNames[outcome as keyof typeof left]}`).join(', ')}`],
    ['verifier', sources.verifier],
  ];
  const total = (counts: AugmentReport['before']): number => Object.values(counts).reduce((sum, row) => sum + row.short + row.medium + row.long, 0);
  const [all, allAfter] = [total(before), total(after)];
  const mix = [
    ['type', ...lengthClasses.flatMap((length) => [length, 'after']), 'share', 'after', 'target'],
    ...Object.keys(before).map((type) => {
      const share = (counts: AugmentReport['before'], sum: number): string => percent(lengthClasses.reduce((part, length) => part + counts[type][length], 0) / sum);
      return [type, ...lengthClasses.flatMap((length) => [String(before[type][length]), String(after[type][length])]), share(before, all), share(after, allAfter), share(target, 1)];
    }),
  ];
  return (
    `${train.documents} training documents${train.removed ? ` (${train.removed} removed: they hold a scored text)` : ''}; ` +
    `distance from the target ${distance.before.toFixed(4)}, after easy augmentation ${distance.easy.toFixed(4)}, at the end ${distance.after.toFixed(4)}; ` +
    `guarded against ${guarded.documents} scored documents and ${guarded.mentions} mentions of theirs; ${report.seconds.toFixed(1)} s\n\n` +
    [textTable(operations), steps.map(([label, value]) => `${label}: ${value}\n`).join(''), textTable(mix)].join('\n')
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

const causes = (rejects: Partial<Record<string, number>>): string => Object.entries(rejects).map(([cause, count]) => `${count} ${cause}`).join(', ');
