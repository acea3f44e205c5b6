import { existsSync, readdirSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { augment, readAugmentResources, type AugmentConfig, type Augmented, type AugmentResources } from '../augment';
import { canonicalJson, InputError, OnceEach, projectRoot, sha256, sha256File } from '../common';
import { chatSources, chatSourcesIdentity } from '../llm';
import type { RunData } from './data';

/** Augmentations of this process: the runs of a comparison, and its seeds, share one. */
const made = new OnceEach<Augmented>();

/**
 * The training documents with those that augmentation adds. Drawn with the split's seed, not the run's: runs that differ by seed see the same
 * documents. Tuning and scored documents are only kept out.
 */
export function augmented(config: AugmentConfig, data: RunData, seed: number, signal?: AbortSignal): Promise<Augmented> {
  const key = canonicalJson([augmentationIdentity(config), data.records.train.content, data.records.tuning.content, data.records.scored.content, seed]);
  return made.get(key, async () => augment(data.parts.train, config, { ...resources(config, data.types, signal), scored: [...data.parts.tuning, ...data.parts.scored] }, seed));
}

function resources(config: AugmentConfig, types: readonly string[], signal?: AbortSignal): AugmentResources {
  const chat = config.remote.chat && chatSources(config.remote.chat, types, { signal });
  return { ...readAugmentResources(config, types), instances: chat?.instances, verifier: chat?.verifier };
}

/** Raised by whoever changes what annotation makes of equal texts, so that runs on its documents from before are not read back. */
const annotationSemantics = 2;

/** What an augmentation depends on: its config, with the contents of files in place of their names, and a chat model's identity in place of its. */
export function augmentationIdentity({ substitution, remote, ...rest }: AugmentConfig): object {
  return {
    ...rest,
    substitution: { ...substitution, synonymFiles: substitution.synonymFiles.map(contentHash) },
    remote: {
      ...remote,
      unlabelled: remote.unlabelled.map(contentHash),
      lexicons: remote.lexicons.map(({ path: file, types }) => ({ content: contentHash(file), types })),
      chat: remote.chat && chatSourcesIdentity(remote.chat),
      semantics: remote.documents > 0 ? annotationSemantics : undefined,
    },
  };
}

/** SHA-256 of a file, or of a folder's files with their names. Relative paths are the project's. */
export function contentHash(name: string): string {
  const place = path.resolve(projectRoot, name);
  if (!existsSync(place)) throw new InputError(`${name}, which the augmentation names, is not there`);
  if (!statSync(place).isDirectory()) return sha256File(place);
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((file) => statSync(path.join(place, file)).isFile()).sort();
  return sha256(files.map((file) => `${file} ${sha256File(path.join(place, file))}\n`).join(''));
}
