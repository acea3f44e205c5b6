import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, InputError } from '../../common';

/** A piece of an alternative. Markup brackets stay in `literal` pieces and are read after expansion. */
export type Piece =
  | { kind: 'literal'; text: string }
  | { kind: 'symbol'; name: string; plain: boolean; least: number; most: number; bind?: string }
  | { kind: 'bound'; name: string }
  | { kind: 'number'; low: number; high: number; decimals: number }
  | { kind: 'choice'; options: Piece[][] };

export interface Alternative {
  weight: number;
  pieces: Piece[];
  source: string;
}

/** A symbol's alternatives and the running sums of their weights. */
export interface Rule {
  alternatives: Alternative[];
  sums: number[];
}

export type Rules = Map<string, Rule>;

/** The grammar of all genres, the lexicon that every specialty shares, and each specialty's own lexicon by file name. */
export interface RuleBook {
  grammar: Rules;
  general: Rules;
  specialties: Map<string, Rules>;
}

/**
 * Reads lexicon/*.txt and grammar/*.txt. Their syntax:
 *
 *     # a comment
 *     :: symbol        each following line is one alternative
 *     == symbol        alternatives separated by white space (a term's own space is written _)
 *     3* text          an alternative of weight 3 (default 1)
 *     {s}              an expansion of s; {s!} without its annotations; {s,2-4} that many different ones, as a list
 *     {s=name} {=name} an expansion that is remembered, and its repetition
 *     {#3-12} {#36.5-40.1}  a number, with as many decimals as the bounds show
 *     (a|b|)           one of the options, here also nothing
 *     [dis:…] <…>      annotations, see markup.ts;  \ takes the next character as it is
 *
 * A symbol that begins with a type's name is annotated with that type whenever it is expanded. In a lexicon, what
 * stands under `pro.therapy.surgery` also belongs to `pro.therapy` and to `pro`.
 */
export function readRuleBook(folder = __dirname): RuleBook {
  const texts = (name: string) => readdirSync(path.join(folder, name)).filter((file) => file.endsWith('.txt')).sort().map((file) => path.join(folder, name, file));
  const grammar: Rules = new Map();
  for (const file of texts('grammar')) readRules(file, grammar);
  const specialties = new Map<string, Rules>();
  for (const file of texts('lexicon')) specialties.set(path.basename(file, '.txt'), inherit(readRules(file, new Map())));
  const general = specialties.get('general') ?? new Map<string, Rule>();
  specialties.delete('general');
  return { grammar, general, specialties };
}

function readRules(file: string, rules: Rules): Rules {
  let symbol = '';
  let spaced = false;
  readFileSync(file, 'utf8').split('\n').forEach((raw, index) => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return;
    try {
      const header = /^(::|==) (\S+)$/.exec(line);
      if (header) {
        spaced = header[1] === '==';
        symbol = header[2];
      } else if (symbol === '') {
        throw new InputError('expected ":: symbol" or "== symbol" before the first alternative');
      } else {
        for (const source of spaced ? line.split(/\s+/) : [line]) add(rules, symbol, parseAlternative(spaced ? source.replace(/_/g, ' ') : source));
      }
    } catch (error) {
      throw new InputError(`${displayPath(file)}:${index + 1}: ${(error as Error).message}`);
    }
  });
  return rules;
}

function add(rules: Rules, symbol: string, alternative: Alternative): void {
  const rule = rules.get(symbol) ?? { alternatives: [], sums: [] };
  rule.sums.push((rule.sums[rule.sums.length - 1] ?? 0) + alternative.weight);
  rule.alternatives.push(alternative);
  rules.set(symbol, rule);
}

function inherit(rules: Rules): Rules {
  for (const [symbol, { alternatives }] of [...rules]) {
    for (let dot = symbol.lastIndexOf('.'); dot > 0; dot = symbol.lastIndexOf('.', dot - 1)) {
      for (const alternative of alternatives) add(rules, symbol.slice(0, dot), alternative);
    }
  }
  return rules;
}

export function parseAlternative(text: string): Alternative {
  const weighted = /^(\d+(?:\.\d+)?)\* ?/.exec(text);
  const source = weighted ? text.slice(weighted[0].length) : text;
  const cursor = { text: source, at: 0 };
  const pieces = parsePieces(cursor, false);
  return { weight: weighted ? Number(weighted[1]) : 1, pieces, source };
}

function parsePieces(cursor: { text: string; at: number }, inChoice: boolean): Piece[] {
  const pieces: Piece[] = [];
  let literal = '';
  const flush = () => {
    if (literal !== '') pieces.push({ kind: 'literal', text: literal });
    literal = '';
  };
  while (cursor.at < cursor.text.length) {
    const character = cursor.text[cursor.at];
    if (character === '\\') {
      const escaped = cursor.text[cursor.at + 1] ?? '';
      literal += '<>[]\\'.includes(escaped) ? `\\${escaped}` : escaped;
      cursor.at += 2;
    } else if (character === '{') {
      flush();
      const end = cursor.text.indexOf('}', cursor.at);
      if (end < 0) throw new InputError(`"{" is never closed in "${cursor.text}"`);
      pieces.push(parseReference(cursor.text.slice(cursor.at + 1, end)));
      cursor.at = end + 1;
    } else if (character === '(') {
      flush();
      cursor.at++;
      const options: Piece[][] = [];
      for (;;) {
        options.push(parsePieces(cursor, true));
        const end = cursor.text[cursor.at++];
        if (end === undefined) throw new InputError(`"(" is never closed in "${cursor.text}"`);
        if (end === ')') break;
      }
      pieces.push({ kind: 'choice', options });
    } else if (inChoice && (character === '|' || character === ')')) {
      break;
    } else {
      literal += character;
      cursor.at++;
    }
  }
  flush();
  return pieces;
}

function parseReference(inside: string): Piece {
  const number = /^#(\d+(?:\.(\d+))?)-(\d+(?:\.\d+)?)$/.exec(inside);
  if (number) return { kind: 'number', low: Number(number[1]), high: Number(number[3]), decimals: number[2]?.length ?? 0 };
  const bound = /^=(\w+)$/.exec(inside);
  if (bound) return { kind: 'bound', name: bound[1] };
  const symbol = /^([a-zA-Z][\w.]*)(!?)(?:,(\d+)-(\d+))?(?:=(\w+))?$/.exec(inside);
  if (!symbol) throw new InputError(`"{${inside}}" is none of {s} {s!} {s,2-4} {s=name} {=name} {#1-9}`);
  return { kind: 'symbol', name: symbol[1], plain: symbol[2] === '!', least: Number(symbol[3] ?? 1), most: Number(symbol[4] ?? 1), bind: symbol[5] };
}
