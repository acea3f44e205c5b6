import { InputError, displayPath } from '../common';
import { cmeeeTypes, fileNotes } from './catalog';
import { locate, type Location } from './locate';
import { problem, refuseErrors } from './problems';
import { inspectFile, inspectSections, type ReadFile } from './read';
import { splitDocuments, splitSchemes, type SplitScheme } from './split';
import { splitNames, type Corpus, type Document, type SplitName } from './types';

export interface LoadOptions {
  /** Default: `official` where the corpus has more than one labelled part, else `8:1:1`. */
  split?: SplitScheme;
  /** For random splits. Default 1. */
  seed?: number;
}

/** A split's files as read, problems and all. */
export type InspectedSplits = Partial<Record<SplitName, ReadFile[]>>;

/**
 * Reads every file of a corpus without stopping at problems in records. A file that cannot be read at all is given to
 * `unreadable`, or thrown where there is none.
 */
export function inspect(location: Location, unreadable?: (file: string, error: InputError) => void): InspectedSplits {
  const splits: InspectedSplits = {};
  const read = (file: string, reader: () => ReadFile): ReadFile[] => {
    try {
      return [reader()];
    } catch (error) {
      if (!(error instanceof InputError) || !unreadable) throw error;
      unreadable(displayPath(file), error);
      return [];
    }
  };
  for (const split of splitNames) {
    const { folder, sections } = location;
    const files = sections?.[split] && folder
      ? read(folder, () => inspectSections(folder, sections[split] ?? []))
      : location.files[split]?.flatMap((file) => read(file, () => inspectFile(file)));
    if (!files) continue;
    if (location.entry) refuseTypes(files, location.entry.types);
    splits[split] = files;
  }
  return splits;
}

function refuseTypes(files: ReadFile[], types: string[]): void {
  const known = new Set(types);
  for (const { documents, places, source, problems } of files) {
    documents.forEach(({ entities }, i) => {
      for (const { type } of entities) {
        if (!known.has(type)) problems.push(problem('unknown-type', source.path, places[i], `the type "${type}" is none of this corpus's: ${types.join(', ')}`));
      }
    });
  }
}

/**
 * Loads a corpus by its name (`sample`, `cmeee-v2`, `ccks2017`, `ccks2019`, `ccks2020`) or from a file or folder in any
 * of the formats read. Ids that a file does not print are `split#number`.
 *
 * @throws InputError when it is not there, or at the first record that cannot be read as it stands.
 */
export async function loadCorpus(idOrPath: string, options: LoadOptions = {}): Promise<Corpus> {
  const location = locate(idOrPath);
  const inspected = inspect(location);
  const read = Object.values(inspected).flat();
  refuseErrors(read.flatMap(({ problems }) => problems));

  const notes = [...location.notes, ...read.flatMap((file) => file.notes)];
  for (const { source } of read) {
    if (fileNotes[source.sha256]) notes.push(`${source.path}: ${fileNotes[source.sha256]}`);
    if (source.encoding !== 'utf-8') notes.push(`${source.path}: read as ${source.encoding}`);
  }
  const splits = published(inspected, notes);
  if (Object.keys(splits).length === 0) throw new InputError(`${idOrPath}: no document has an entity; there is nothing to learn from or to score.`);

  const derived = options.split ?? (Object.keys(splits).length > 1 ? 'official' : '8:1:1');
  const corpus: Corpus = { id: location.id, types: location.entry?.types ?? typesOf(splits), splits, scheme: derived, files: read.map(({ source }) => source), notes };
  if (derived === 'official') return { ...corpus, notes: notes.map((note) => (note === location.entry?.leftOut?.note ? `${note}: scores are on dev` : note)) };
  const seed = options.seed ?? 1;
  const documents = splitNames.flatMap((split) => splits[split] ?? []);
  notes.push(`split ${derived} by document at random, seed ${seed}${options.split ? '' : ': no official split'}`);
  return { ...corpus, splits: splitDocuments(documents, derived, seed) };
}

/** The published splits with ids that are unique in the corpus; a part without any entity is left out. */
function published(inspected: InspectedSplits, notes: string[]): Corpus['splits'] {
  const splits: Corpus['splits'] = {};
  const ids = new Set<string>();
  let repeated = false;
  for (const split of splitNames) {
    const files = inspected[split];
    if (!files) continue;
    const documents = files.flatMap((file) => file.documents);
    if (!documents.some(({ entities }) => entities.length > 0)) {
      notes.push(`${split} is unlabelled (${documents.length} documents) and left out`);
      continue;
    }
    const named = files.every(({ printedIds }) => printedIds);
    const kept = named ? documents : documents.map((document, i) => ({ ...document, id: `${split}#${i + 1}` }));
    for (const { id } of kept) {
      if (ids.has(id)) repeated = true;
      ids.add(id);
    }
    splits[split] = kept;
  }
  if (!repeated) return splits;
  notes.push('some ids stand in more than one file, so every id has its split and number before it');
  for (const [split, documents] of Object.entries(splits)) {
    splits[split as SplitName] = documents.map((document, i) => ({ ...document, id: `${split}#${i + 1}:${document.id}` }));
  }
  return splits;
}

function typesOf(splits: Corpus['splits']): string[] {
  const types = new Set<string>();
  for (const documents of Object.values(splits)) for (const { entities } of documents) for (const { type } of entities) types.add(type);
  return [...types].every((type) => cmeeeTypes.includes(type)) ? cmeeeTypes.filter((type) => types.has(type)) : [...types].sort();
}

/** The split that results are reported on: `test` where it is labelled, else `dev`. */
export function scoredSplit(corpus: Corpus): SplitName {
  const labelled = (documents?: Document[]) => documents?.some(({ entities }) => entities.length > 0) ?? false;
  const split = (['test', 'dev'] as const).find((name) => labelled(corpus.splits[name]));
  if (!split) throw new InputError(`${corpus.id}: ${unscored(corpus)}`);
  return split;
}

/** Why nothing can be scored, and what to do. */
function unscored({ scheme, splits }: Corpus): string {
  if (scheme === 'official') return 'has no labelled test or dev set. Split it at random: --set corpus.split=8:1:1.';
  const documents = Object.values(splits).flat();
  const labelled = documents.filter(({ entities }) => entities.length > 0).length;
  const others = splitSchemes.filter((name) => name !== 'official' && name !== scheme).map((name) => `--set corpus.split=${name}`);
  return (
    `neither test (${splits.test?.length ?? 0} documents) nor dev (${splits.dev?.length ?? 0}) of its random ${scheme} split holds an entity; ${labelled} of its ${documents.length} documents ${labelled === 1 ? 'does' : 'do'}. ` +
    `Label more documents, or split them otherwise: ${others.join(' or ')}, or another seed by --set corpus.splitSeed=N.`
  );
}
