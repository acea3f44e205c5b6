import { existsSync, readdirSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { InputError, linesOf, readUtf8 } from '../common';

export interface TypedTerm {
  term: string;
  type: string;
}

export interface TypedLexicon {
  name: string;
  terms: TypedTerm[];
  /** Terms left aside because `types` does not name their type. */
  leftOut: number;
}

/**
 * A typed lexicon: a file of `term<TAB>type` lines, or a folder of TYPE.txt files with a term a line. A term may have several types, on a line
 * each. `types` maps the lexicon's types to the corpus's and leaves the others out; without it they must be the corpus's.
 * @throws InputError naming the file and line that cannot be read so
 */
export function readLexicon(file: string, corpusTypes: readonly string[], types: Readonly<Record<string, string>> | null = null): TypedLexicon {
  const read = readTypedTerms(file, types);
  const wrong = Object.values(types ?? {}).find((type) => !corpusTypes.includes(type));
  if (wrong !== undefined) throw new InputError(`${file}: its types are mapped to "${wrong}", which is none of the corpus's: ${corpusTypes.join(', ')}`);
  const terms = new Map<string, TypedTerm>();
  let leftOut = 0;
  for (const { term, type: theirs, at } of read) {
    const type = types ? (Object.hasOwn(types, theirs) ? types[theirs] : undefined) : theirs;
    if (type === undefined) leftOut++;
    else if (!corpusTypes.includes(type)) {
      throw new InputError(`${at}: the type "${theirs}" of "${term}" is none of the corpus's: ${corpusTypes.join(', ')}; say what it is with the lexicon's \`types\``);
    } else terms.set(`${type}\t${term}`, { term, type });
  }
  return { name: file, terms: [...terms.values()], leftOut };
}

export interface ReadTerm extends TypedTerm {
  /** File and line. */
  at: string;
}

/**
 * The terms of such a file or folder with the lexicon's own types.
 * @param types its keys name the files of a folder that must be there
 */
export function readTypedTerms(file: string, types: Readonly<Record<string, string>> | null = null): ReadTerm[] {
  if (!existsSync(file)) throw new InputError(`${file}: there is no such lexicon; expected a file of term<TAB>type lines or a folder of TYPE.txt files`);
  return statSync(file).isDirectory() ? fromFolder(file, types) : fromFile(file);
}

const lines = (file: string): string[] => linesOf(readUtf8(file));

function fromFolder(folder: string, types: Readonly<Record<string, string>> | null): ReadTerm[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt')).sort();
  if (names.length === 0) throw new InputError(`${folder}: no TYPE.txt file in this folder`);
  const missing = Object.keys(types ?? {}).find((type) => !names.includes(`${type}.txt`));
  if (missing !== undefined) throw new InputError(`${folder}: there is no ${missing}.txt; there are ${names.join(', ')}`);
  return names.flatMap((name) => lines(path.join(folder, name)).flatMap((line, i): ReadTerm[] => {
    const term = line.trim();
    return term === '' ? [] : [{ term, type: name.slice(0, -'.txt'.length), at: `${path.join(folder, name)}, line ${i + 1}` }];
  }));
}

function fromFile(file: string): ReadTerm[] {
  return lines(file).flatMap((line, i): ReadTerm[] => {
    if (line.trim() === '') return [];
    const fields = line.split('\t').map((field) => field.trim());
    if (fields.length !== 2 || fields[0] === '' || fields[1] === '') throw new InputError(`${file}, line ${i + 1}: expected term<TAB>type, found "${line.slice(0, 60)}"`);
    return [{ term: fields[0], type: fields[1], at: `${file}, line ${i + 1}` }];
  });
}
