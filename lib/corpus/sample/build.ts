import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { codePointLength, displayPath, InputError, Random } from '../../common';
import { nesting } from '../intervals';
import { splitNames } from '../types';
import type { Document, Entity, SplitName } from '../types';
import { Expander } from './expand';
import { parseMarkup, sampleTypes } from './markup';
import type { Annotated } from './markup';
import { readRuleBook } from './rules';
import type { RuleBook } from './rules';
import { documentLength, entitiesPerDocument, longDocuments, nestedShare, sampleSeed, splitSizes, typeShares } from './targets';

/** Candidates drawn for each place in a split; the one that brings the split nearest to the target shares is taken. */
const candidates = 8;
/** Bytes of unlabelled text. */
const unlabelledBytes = 1_000_000;
/** One document in so many is written with full-width letters and digits, or with its Latin letters in lower case. */
const widthPeriod = 60;

export interface Sample {
  splits: Record<SplitName, Document[]>;
  unlabelled: string[];
}

/** The whole embedded corpus, from the lexicon, the grammar, the hand-written documents and `sampleSeed` alone. */
export function buildSample(): Sample {
  const book = readRuleBook();
  const seen = new Set<string>();
  const written = Random.from(sampleSeed, 'hand-written').shuffled(readHandWritten());
  for (const document of written) {
    if (seen.has(document.text)) throw new InputError(`handwritten.txt has this document twice: ${document.text}`);
    seen.add(document.text);
  }
  const splits = {} as Record<SplitName, Document[]>;
  let taken = 0;
  for (const split of splitNames) {
    const share = split === 'train' ? Math.round(written.length * 0.8) : Math.round(written.length * 0.1);
    const own = split === 'test' ? written.slice(taken) : written.slice(taken, taken + share);
    taken += own.length;
    splits[split] = buildSplit(book, split, own, seen);
  }
  return { splits, unlabelled: buildUnlabelled(book, [...splits.dev, ...splits.test], seen) };
}

function readHandWritten(): Annotated[] {
  const file = path.join(__dirname, 'handwritten.txt');
  const documents: Annotated[] = [];
  readFileSync(file, 'utf8').split('\n').forEach((line, index) => {
    if (line === '' || line.startsWith('#')) return;
    try {
      documents.push(parseMarkup(line));
    } catch (error) {
      throw new InputError(`${displayPath(file)}:${index + 1}: ${(error as Error).message}`);
    }
  });
  return documents;
}

function buildSplit(book: RuleBook, split: SplitName, written: Annotated[], seen: Set<string>): Document[] {
  const random = Random.from(sampleSeed, split);
  const specialties = [...book.specialties.keys()];
  const draw = (symbol: string): Annotated => {
    const expander = new Expander(book, random, random.pick(specialties), split !== 'train');
    return restyle(parseMarkup(expander.document(symbol)), random);
  };
  const totals = new Totals();
  const documents: Annotated[] = [];
  const take = (document: Annotated) => {
    seen.add(document.text);
    totals.add(document, 1);
    documents.push(document);
  };
  written.forEach(take);
  while (documents.length < written.length + longDocuments[split]) {
    const document = draw('long');
    if (codePointLength(document.text) > 512 && !seen.has(document.text)) take(document);
  }
  totals.forgetLengths();
  while (documents.length < splitSizes[split]) {
    let best: { document: Annotated; distance: number } | undefined;
    for (let i = 0; i < candidates; i++) {
      const document = draw('document');
      if (seen.has(document.text)) continue;
      totals.add(document, 1);
      const distance = totals.distance();
      totals.add(document, -1);
      if (!best || distance < best.distance) best = { document, distance };
    }
    if (best) take(best.document);
  }
  return random.shuffled(documents).map((document, index) => ({ id: `sample-${split}-${String(index + 1).padStart(4, '0')}`, ...document }));
}

/** Running counts of a split and how far they are from the shares that it is made to have. */
class Totals {
  private readonly types = new Map<string, number>();
  private entities = 0;
  private nested = 0;
  private documents = 0;
  private characters = 0;
  private drawnEntities = 0;

  add({ text, entities }: Annotated, sign: 1 | -1): void {
    for (const { type } of entities) this.types.set(type, (this.types.get(type) ?? 0) + sign);
    this.entities += sign * entities.length;
    this.drawnEntities += sign * entities.length;
    this.nested += sign * countNested(entities).either;
    this.documents += sign;
    this.characters += sign * codePointLength(text);
  }

  /** The very long documents count among the shares, but not in the mean length. */
  forgetLengths(): void {
    this.documents = this.characters = this.drawnEntities = 0;
  }

  /** In entities: how many would have to be of another type, nested or not, or fewer or more. */
  distance(): number {
    const types = sampleTypes.reduce((sum, type) => sum + Math.abs((this.types.get(type) ?? 0) - typeShares[type] * this.entities), 0);
    const nested = Math.abs(this.nested - nestedShare * this.entities);
    const length = Math.abs(this.characters - documentLength * this.documents) / (documentLength / entitiesPerDocument);
    const density = Math.abs(this.drawnEntities - entitiesPerDocument * this.documents);
    return types + nested + length + density;
  }
}

/** How many entities lie strictly inside another, contain another, and either. */
export function countNested(entities: readonly Entity[]): { inside: number; containing: number; either: number } {
  const { inside, containing } = nesting(entities);
  return {
    inside: inside.filter(Boolean).length,
    containing: containing.filter(Boolean).length,
    either: inside.filter((value, i) => value || containing[i]).length,
  };
}

/** Typists differ: now and then full-width Latin letters and digits, or lower case. One code point stays one. */
function restyle(document: Annotated, random: Random): Annotated {
  const style = random.below(widthPeriod);
  if (style === 0) return { ...document, text: document.text.replace(/[0-9A-Za-z%]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)) };
  if (style === 1) return { ...document, text: document.text.replace(/[A-Z]/g, (c) => c.toLowerCase()) };
  return document;
}

/** Clauses long enough to give a test away; short ones, such as 诊断不难, are everyone's. */
function sentences(text: string): string[] {
  return text.split(/[。？；]/).filter((sentence) => codePointLength(sentence) >= 10);
}

function buildUnlabelled(book: RuleBook, scored: Document[], seen: Set<string>): string[] {
  const random = Random.from(sampleSeed, 'unlabelled');
  const specialties = [...book.specialties.keys()];
  const kept = new Set(scored.flatMap((document) => sentences(document.text)));
  const lines: string[] = [];
  let bytes = 0;
  while (bytes < unlabelledBytes) {
    const expander = new Expander(book, random, random.pick(specialties), true);
    const { text } = parseMarkup(expander.document('document'));
    if (seen.has(text) || sentences(text).some((sentence) => kept.has(sentence))) continue;
    seen.add(text);
    lines.push(text);
    bytes += Buffer.byteLength(text) + 1;
  }
  return lines;
}
