import { readFileSync } from 'node:fs';
import { displayPath, InputError, writeFileAtomic } from '../common';
import { Kind } from './characters';
import { normalize } from './normalize';

export const specialTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;

export interface VocabularyOptions {
  /** As the tokenizer's option of this name. Default true. */
  lowercase?: boolean;
  /** A word of several letters or digits becomes one token from this many occurrences on. Default 5: rarer ones would hardly be trained. */
  wordCount?: number;
  /** A character becomes a token from this many occurrences on. Default 1. */
  characterCount?: number;
}

/** A BERT vocabulary: a token's id is its line in `vocab.txt`, counted from 0. */
export class Vocabulary {
  readonly tokens: readonly string[];
  /** Code points of the longest token, without its `##`. */
  readonly longest: number;
  readonly pad: number;
  readonly unk: number;
  readonly cls: number;
  readonly sep: number;
  readonly mask: number;
  private readonly ids = new Map<string, number>();

  /** @param source names the vocabulary in errors: a file, or what made it. */
  constructor(tokens: readonly string[], source = 'the vocabulary') {
    this.tokens = tokens;
    tokens.forEach((token, id) => {
      const earlier = this.ids.get(token);
      if (earlier !== undefined) {
        throw new InputError(`${source}: line ${id + 1} repeats the token ${JSON.stringify(token)} of line ${earlier + 1}; every token must stand once.`);
      }
      this.ids.set(token, id);
    });
    const special = (token: string): number => {
      const id = this.ids.get(token);
      if (id === undefined) {
        throw new InputError(`${source}: no line is ${token}. A BERT vocabulary holds one token a line, with ${specialTokens.join(' ')} among them; is this a vocab.txt?`);
      }
      return id;
    };
    [this.pad, this.unk, this.cls, this.sep, this.mask] = specialTokens.map(special);
    this.longest = tokens.reduce((most, token) => Math.max(most, Array.from(token.replace(/^##(?=.)/su, '')).length), 1);
  }

  static fromFile(file: string): Vocabulary {
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (error) {
      throw new InputError(`${displayPath(file)}: the vocabulary cannot be read (${(error as Error).message}).`);
    }
    const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
    if (lines[lines.length - 1] === '') lines.pop();
    return new Vocabulary(lines, displayPath(file));
  }

  /**
   * A vocabulary that spells every character of `texts`: the special tokens; then, most frequent first and code-point
   * order among equals, ideographs and punctuation marks, the first characters and `##` characters of words, and whole
   * words; then whatever is missing of ASCII and of common Chinese punctuation, so that unseen text can be spelt.
   */
  static build(texts: Iterable<string>, options: VocabularyOptions = {}): Vocabulary {
    const { lowercase = true, wordCount = 5, characterCount = 1 } = options;
    const characters = new Map<string, number>();
    const words = new Map<string, number>();
    const add = (counts: Map<string, number>, token: string) => counts.set(token, (counts.get(token) ?? 0) + 1);
    for (const text of texts) {
      const normal = normalize(text, lowercase);
      let word: string[] = [];
      const endWord = () => {
        word.forEach((character, i) => add(characters, i === 0 ? character : `##${character}`));
        if (word.length > 1) add(words, word.join(''));
        word = [];
      };
      normal.kinds.forEach((kind, i) => {
        if (kind === Kind.Letter) return void word.push(normal.characters[i]);
        endWord();
        if (kind !== Kind.Space) add(characters, normal.characters[i]);
      });
      endWord();
    }
    const counted = [
      ...[...characters].filter(([, count]) => count >= characterCount),
      ...[...words].filter(([, count]) => count >= wordCount),
    ].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return new Vocabulary([...new Set([...specialTokens, ...counted.map(([token]) => token), ...alwaysSpelt(lowercase)])]);
  }

  get size(): number {
    return this.tokens.length;
  }

  /** The token's id, if it has one. */
  find(token: string): number | undefined {
    return this.ids.get(token);
  }

  /** The token's id; that of `[UNK]` for a token that is not in the vocabulary. */
  id(token: string): number {
    return this.ids.get(token) ?? this.unk;
  }

  /** Writes `vocab.txt`. */
  save(file: string): void {
    writeFileAtomic(file, this.tokens.map((token) => `${token}\n`).join(''));
  }
}

/** ASCII, its letters and digits inside words too, and common Chinese punctuation: what any vocabulary should spell. */
export function alwaysSpelt(lowercase: boolean): string[] {
  const ascii = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter((c) => !lowercase || c === c.toLowerCase());
  const inWords = ascii.filter((c) => /[0-9A-Za-z]/.test(c)).map((c) => `##${c}`);
  return [...ascii, ...inWords, ...'，。、；：？！（）“”‘’《》【】·…—～％℃'];
}
