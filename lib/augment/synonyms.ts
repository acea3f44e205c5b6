import { InputError, linesOf, readUtf8 } from '../common';

/** Terms that mean the same. */
export type SynonymSet = readonly string[];

/** Cilin's code of a set: `=` synonyms, `#` a class of things, `@` a word alone. */
const cilin = /^[A-Z][a-z]\d{2}[A-Z]\d{2}([=#@])\s+/;

/**
 * Synonym sets from a file: a JSON object from a term to a list of its synonyms, or one set a line, terms parted by white space or commas, with or
 * without Cilin's codes (of which only the sets of synonyms, marked =, are taken). A line of one term is no set.
 * @throws InputError when the file cannot be read so
 */
export function readSynonyms(file: string): SynonymSet[] {
  const text = readUtf8(file);
  const sets = /^\s*\{/.test(text) ? fromJson(text, file) : linesOf(text).map(fromLine);
  const found = sets.map((terms) => [...new Set(terms)]).filter((terms) => terms.length > 1);
  if (found.length === 0) {
    throw new InputError(`${file}: no set of synonyms; expected one set a line, terms parted by spaces, tabs or commas, or a JSON object from a term to its synonyms`);
  }
  return found;
}

function fromLine(line: string): string[] {
  const code = cilin.exec(line);
  if (code && code[1] !== '=') return [];
  return line.slice(code ? code[0].length : 0).split(/[\s,，]+/u).filter((term) => term !== '');
}

function fromJson(text: string, file: string): string[][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: expected a JSON object from a term to its synonyms: ${(error as Error).message}`);
  }
  return Object.entries(value as object).map(([term, others]) => {
    if (!Array.isArray(others) || others.some((other) => typeof other !== 'string')) {
      throw new InputError(`${file}: "${term}": expected a list of its synonyms, found ${JSON.stringify(others).slice(0, 60)}`);
    }
    return [term, ...(others as string[])];
  });
}

/** The other members of a term's sets. */
export function synonymIndex(sets: readonly SynonymSet[]): Map<string, string[]> {
  const index = new Map<string, Set<string>>();
  for (const set of sets) {
    for (const term of set) {
      const others = index.get(term) ?? new Set<string>();
      for (const other of set) if (other !== term) others.add(other);
      index.set(term, others);
    }
  }
  return new Map([...index].map(([term, others]) => [term, [...others]]));
}
