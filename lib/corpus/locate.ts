import { existsSync, readdirSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, fileState, inProject, InputError, sha256 } from '../common';
import { catalog, type CatalogEntry, isCorpus, missingSplit } from './catalog';
import { findSections, type Ccks2017Section } from './ccks2017';
import { splitNames, type SplitName } from './types';

/** Where a corpus lies: for each split its files, or the sections of CCKS2017's own layout. */
export interface Location {
  id: string;
  entry?: CatalogEntry;
  folder?: string;
  files: Partial<Record<SplitName, string[]>>;
  sections?: Partial<Record<SplitName, Ccks2017Section[]>>;
  notes: string[];
}

/** Folders in which a named corpus may lie, in order of preference. MEDNER_DATA counts from the working directory. */
export function corpusFolders(id: string): string[] {
  if (id === 'sample') return [inProject('data', 'sample')];
  const named = process.env.MEDNER_DATA ? [path.resolve(process.env.MEDNER_DATA, id)] : [];
  return [...named, inProject('data', 'corpora', id)];
}

/** The corpora that can be loaded by name here, for messages and for `doctor`. */
export function availableCorpora(): { id: string; title: string; folder?: string; obtain: string }[] {
  return catalog.map((entry) => ({ id: entry.id, title: entry.title, folder: complete(entry), obtain: entry.obtain }));
}

/** The corpus's folder, if everything that a split needs is there. */
function complete(entry: CatalogEntry): string | undefined {
  try {
    return locateEntry(entry)?.folder;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** @throws InputError saying where it was looked for and how to get it. */
export function locate(idOrPath: string): Location {
  const entry = catalog.find(({ id }) => id === idOrPath);
  if (entry) {
    const location = locateEntry(entry);
    if (location) return location;
    const looked = corpusFolders(entry.id).map((folder) => {
      const state = existsSync(folder) ? `has ${readdirSync(folder).slice(0, 5).join(', ') || 'no files'}` : 'no such folder';
      return `  ${displayPath(folder)} (${state})`;
    });
    const wanted = splitNames.flatMap((split) => entry.files[split]?.[0] ?? []).join(', ');
    throw new InputError(
      `${entry.title} is not here. Looked for ${wanted} in\n${looked.join('\n')}\n${entry.obtain}\n` +
        `Another folder of corpora can be named: MEDNER_DATA=FOLDER, with FOLDER/${entry.id}/. Here now: ${here()}.`,
    );
  }
  if (!existsSync(idOrPath)) {
    throw new InputError(`"${idOrPath}" is neither a file, nor a folder, nor a corpus (${catalog.map(({ id }) => id).join(', ')}). Here now: ${here()}.`);
  }
  return statSync(idOrPath).isDirectory() ? locateFolder(idOrPath) : { id: ownId(stem(idOrPath)), files: { [splitOfName(stem(idOrPath)) ?? 'train']: [idOrPath] }, notes: [] };
}

/** Names, sizes and times of a corpus's files: while they stay, so does what was read of them. */
export function corpusState(idOrPath: string): string {
  const { files, sections } = locate(idOrPath);
  const read = sections ? Object.values(sections).flat().flatMap(({ textFile, annotationFile }) => [textFile, annotationFile]) : Object.values(files).flat();
  return read.map((file) => `${file} ${fileState(file)}`).join('\n');
}

function here(): string {
  return availableCorpora().filter(({ folder }) => folder).map(({ id }) => id).join(', ') || 'none';
}

function locateEntry(entry: CatalogEntry): Location | undefined {
  for (const folder of corpusFolders(entry.id).filter(existsSync)) {
    const location: Location = { id: entry.id, entry, folder, files: {}, notes: [] };
    for (const split of splitNames) {
      const alternatives = entry.files[split];
      if (!alternatives) continue;
      const set = alternatives.find((names) => names.some((name) => existsSync(path.join(folder, name))));
      const missing = set?.filter((name) => !existsSync(path.join(folder, name))) ?? [];
      if (missing.length > 0) throw new InputError(`${displayPath(folder)}: ${missing.join(', ')} is missing from the ${split} set of ${entry.title}. ${entry.obtain}`);
      if (set) location.files[split] = set.map((name) => path.join(folder, name));
      else location.notes.push(missingSplit(split, displayPath(folder), alternatives[0]));
    }
    if (Object.keys(location.files).length > 0) {
      if (entry.leftOut && existsSync(path.join(folder, entry.leftOut.file))) location.notes.push(entry.leftOut.note);
      return location;
    }
    const sections = entry.id === 'ccks2017' ? sectionSplits(folder) : undefined;
    if (sections) return { id: entry.id, entry, folder, files: {}, sections, notes: [] };
  }
  return undefined;
}

/** CCKS2017 numbers its patients 1-300 in the training set and 301-400 in the test set. */
function sectionSplits(folder: string): Location['sections'] {
  const sections = findSections(folder);
  if (sections.length === 0) return undefined;
  const splits: Location['sections'] = {};
  for (const section of sections) (splits[section.patient <= 300 ? 'train' : 'test'] ??= []).push(section);
  return splits;
}

const dataFile = /\.(jsonl?|txt|bioe?s?|bmes|conll|tsv|iob2?)$/i;

/** A folder whose file names say train, dev (or valid) and test; parts of one split differ by a number only. */
function locateFolder(folder: string): Location {
  const id = ownId(path.basename(path.resolve(folder)));
  const sections = sectionSplits(folder);
  if (sections) return { id, folder, files: {}, sections, notes: [] };
  const names = readdirSync(folder).filter((name) => dataFile.test(name)).sort();
  const files: Location['files'] = {};
  for (const split of splitNames) {
    const found = names.filter((name) => splitOfName(stem(name)) === split);
    if (new Set(found.map((name) => name.replace(/\d+/g, ''))).size > 1) {
      throw new InputError(`${displayPath(folder)}: ${found.join(' and ')} could both be its ${split} set. Keep one of them in the folder, or name the file itself.`);
    }
    if (found.length > 0) files[split] = found.map((name) => path.join(folder, name));
  }
  if (Object.keys(files).length === 0 && names.length === 1) files.train = [path.join(folder, names[0])];
  if (Object.keys(files).length === 0) {
    throw new InputError(`${displayPath(folder)}: no file here is named train, dev or test (found ${names.join(', ') || 'no data files'}). Rename the files, or name one of them.`);
  }
  return { id, folder, files, notes: [] };
}

function splitOfName(name: string): SplitName | undefined {
  const words = name.toLowerCase().split(/[^a-z]+/);
  if (words.some((word) => word === 'train' || word === 'training')) return 'train';
  if (words.some((word) => ['dev', 'valid', 'validation', 'val'].includes(word))) return 'dev';
  return words.includes('test') ? 'test' : undefined;
}

/** What files about a corpus are called: its id, or the last part of its path without an ending. */
export function corpusFileName(corpus: string): string {
  return path.basename(corpus).replace(/\.[a-z]+$/i, '');
}

/** What is called after a corpus wherever it lies: its id; of a path the file's name and, since many files are called train.jsonl, a hash of its place. */
export function placedName(corpus: string): string {
  if (isCorpus(corpus)) return corpus;
  const file = path.resolve(corpus);
  return `${stem(file).replace(/[^\p{L}\p{N}._-]/gu, '_')}-${sha256(displayPath(file)).slice(0, 8)}`;
}

/** What a corpus given by a path is called: never as one of the catalog, whose text may be shown or whose numbers the papers print. */
const ownId = (name: string): string => (isCorpus(name) ? `${name}-own` : name);

function stem(file: string): string {
  return path.basename(file).replace(/\.[^.]+$/, '');
}
