import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { canonicalJson, displayPath, InputError, sha256 } from '../common';
import { corpusFileName, isCorpus } from '../corpus';
import type { Experiment, ExperimentRequest } from './experiment';
import { fieldOf } from './overrides';

/** What names a result besides its experiment. */
export type NamedRequest = Pick<ExperimentRequest, 'corpus' | 'profile' | 'set' | 'name'>;

/** Of a file name, in characters: what is longer is cut and ends with a hash of the whole. */
const longest = 90;

/**
 * What the files of a result are called, without ending: CORPUS-PROFILE, behind it the assignments of --set as their fields' last names and values, or
 * the name given in their place; before it the subject of an experiment that has several. An experiment without a corpus is called by its own name. Where
 * `folder` holds a result of that name of something else (another corpus of the same file name, a field of the same last name), a hash tells them apart.
 */
export function resultName({ name, corpusFree, subject }: Pick<Experiment, 'name' | 'corpusFree'> & { subject?: string }, request: NamedRequest, folder: string): string {
  if (corpusFree) return name;
  const { corpus, profile, set, name: given } = request;
  if (given !== undefined) checkResultName(given);
  const whole = [subject, corpusFileName(corpus), profile, given ?? slug(set)].filter(Boolean).join('-');
  const plain = whole.length > longest ? withHash(whole.slice(0, longest - hashLength - 1), [whole, ...effective(set)]) : whole;
  return isOfAnother(path.join(folder, `${plain}.json`), request) ? withHash(plain, identity(request)) : plain;
}

/** @throws InputError where a name given for results is a path, or begins like a hidden file */
export function checkResultName(name: string): void {
  if (/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u.test(name) && name.length <= longest / 2) return;
  throw new InputError(`--name ${name}: expected a file name of at most ${longest / 2} letters, digits, dots, hyphens and underscores that begins with a letter or a digit, and no path`);
}

/** The assignments that count, the last to each field, sorted by the field's last name. */
function effective(set: readonly string[]): string[] {
  const fields = new Map(set.map((assignment) => [fieldOf(assignment), `${fieldOf(assignment)}=${assignment.slice(assignment.indexOf('=') + 1)}`]));
  const order = ([field]: [string, string]): string => `${lastName(field)} ${field}`;
  return [...fields].sort((a, b) => (order(a) < order(b) ? -1 : 1)).map(([, assignment]) => assignment);
}

const lastName = (field: string): string => field.slice(field.lastIndexOf('.') + 1);

function slug(set: readonly string[]): string {
  const words = effective(set).map((assignment) => `${lastName(fieldOf(assignment))}-${assignment.slice(assignment.indexOf('=') + 1)}`);
  return words.join('-').replace(/[^\p{L}\p{N}.]+/gu, '-').replace(/^-|-$/g, '');
}

const hashLength = 8;
const withHash = (name: string, of: unknown): string => `${name}-${sha256(canonicalJson(of)).slice(0, hashLength)}`;

/** What a result is of; a corpus given by a path by the path from the project, where it lies in it, so that it is the same on every machine. */
function identity({ corpus, profile, set }: { corpus?: string; profile?: string; set: readonly string[] }): object {
  const named = corpus === undefined || isCorpus(corpus);
  return { corpus: named ? corpus : displayPath(path.resolve(corpus)), profile, set: effective(set) };
}

/** Whether the file is a result of another request. One from before results told their assignments counts as made with those that its name says. */
function isOfAnother(file: string, request: NamedRequest): boolean {
  if (!existsSync(file)) return false;
  try {
    const stored = JSON.parse(readFileSync(file, 'utf8')) as Partial<NamedRequest>;
    return canonicalJson(identity({ ...stored, set: stored.set ?? request.set })) !== canonicalJson(identity(request));
  } catch (error) {
    // A torn file is nothing to keep.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
