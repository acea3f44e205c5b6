import * as path from 'node:path';
import type { TraditionalConfig, TraditionalReport, TraditionalResources } from '../augment';
import { displayPath, InputError, writeFileAtomic } from '../common';
import { writeJsonl, type Corpus } from '../corpus';
import { withOverrides } from '../experiments/overrides';
import { refuseOptions, refuseOut, type AugmentCommandOptions } from './augment';
import { lazy } from './lazy';

/** `data augment --method`: new training documents by a traditional method; every other labelled part is taken for scored. */
export async function augmentCorpusTraditionally(corpus: Corpus, method: string, options: AugmentCommandOptions): Promise<void> {
  const { seed, set, out, json } = options;
  const { augmentTraditionally, checkTraditionalConfig } = lazy.augment();
  const { train, ...others } = corpus.splits;
  if (!train) throw new InputError(`${corpus.id}: there is no training split to augment`);
  refuseOptions(options, ['figures'], "draws paper B's augmentation; a traditional method has no figure");
  refuseOptions(options, ['chatModel', 'models', 'ceiling', 'cache'], "is for the chat model of paper B's augmentation; a traditional method asks none");
  refuseOut(corpus, options);
  const config = checkTraditionalConfig(withOverrides(checkTraditionalConfig({ method }), set));
  for (const note of corpus.notes) process.stderr.write(`note: ${note}\n`);
  const { documents, report } = await augmentTraditionally(train, config, { ...resources(config), scored: Object.values(others).flat() }, seed);
  if (out) {
    writeFileAtomic(path.resolve(out), writeJsonl(documents));
    process.stderr.write(`${displayPath(path.resolve(out))}\n`);
  }
  process.stdout.write(json ? JSON.stringify(report, null, 2) + '\n' : describeTraditional(report));
}

/** What the method draws on: synonyms, or translators in local folders. */
function resources(config: TraditionalConfig): TraditionalResources {
  if (config.method !== 'back-translation') return { synonyms: lazy.augment().readTraditionalSynonyms(config) };
  const { there, back } = config;
  return { translate: (texts) => lazy.llm().backTranslate(texts, { there, back }) };
}

const changeNames: Record<keyof TraditionalReport['changes'], string> = {
  masks: 'masks', entities: 'entities replaced', words: 'words replaced', sentences: 'sentences translated', kept: 'kept', same: 'came back the same',
  lost: 'dropped for an entity lost', ambiguous: 'dropped for an entity that stands there as none too', tangled: 'dropped for entities that overlap otherwise',
};

/** The report as lines for a terminal. */
export function describeTraditional({ config, train, wanted, made, entities, tried, rejects, changes, guarded, seconds }: TraditionalReport): string {
  const listed = (counts: [string, number][]): string => counts.map(([name, count]) => `${count} ${name}`).join(', ') || 'none';
  const changed = Object.entries(changes).filter(([, count]) => count > 0).map(([name, count]): [string, number] => [changeNames[name as keyof typeof changes], count]);
  return (
    `${train.documents} training documents${train.removed ? ` (${train.removed} removed: they hold a scored text)` : ''}; ` +
    `${made} new ones of ${wanted} wanted by ${config.method}, with ${entities} entities\n` +
    `documents tried: ${tried}; refused: ${listed(Object.entries(rejects))}\n` +
    `changes: ${listed(changed)}\n` +
    `guarded against ${guarded.documents} scored documents and ${guarded.mentions} mentions of theirs; ${seconds.toFixed(1)} s\n`
  );
}
