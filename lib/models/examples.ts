import { InputError } from '../common';
import type { Document, Entity } from '../corpus/types';
import { mergeWindows, type Token, type Tokenizer, type Window, windows } from '../text';
import { ChannelInputs, type ChannelResources } from './channel-inputs';
import { placesOf } from './token-places';
import { tokenWords, windowWords, type WordLexicon } from './token-words';
import type { Example, ScoredEntity, TokenSpan } from './types';

/** A text's words in order: code points [start, end). */
export interface WordSegmenter {
  segment(text: string): Array<{ text: string; start: number; end: number }>;
}

/** Where a word's vector stands in the table of word vectors. */
export interface WordRows {
  row(word: string): number;
}

export interface ExampleResources {
  tokenizer: Tokenizer;
  /** Both or neither: models with word vectors need both. */
  segmenter?: WordSegmenter;
  wordVectors?: WordRows;
  /** For models with a lexicon, whose words are rows of `wordVectors`. */
  lexicon?: WordLexicon;
  /** For models with channels. */
  channels?: ChannelResources;
  /** Longest window in tokens, [CLS] and [SEP] included. */
  maxLength: number;
  /** Tokens that neighbouring windows share. */
  overlap: number;
  types: readonly string[];
}

/** A gold entity that no example holds: nothing trained on the examples can learn or find it. */
export interface UnrepresentableEntity {
  documentId: string;
  entity: Entity;
  /** `token`: an end lies inside a token. `window`: it is longer than the overlap and every window cuts it. */
  reason: 'token' | 'window';
}

export interface Examples {
  examples: Example[];
  unrepresentable: UnrepresentableEntity[];
}

/**
 * Documents as windows of tokens with their gold spans. A window holds the entities that lie whole inside it; one that is
 * cut by its border is whole in a neighbour if it is no longer than the overlap. A document without tokens has no example.
 */
export function makeExamples(documents: readonly Document[], resources: ExampleResources): Examples {
  if (resources.wordVectors && !resources.segmenter) throw new InputError('word vectors need a segmenter, and none was given');
  if (resources.lexicon && !resources.wordVectors) throw new InputError('a lexicon needs word vectors, and none were given');
  const out: Examples = { examples: [], unrepresentable: [] };
  const channels = resources.channels && new ChannelInputs({ ...resources, ...resources.channels });
  documents.forEach((document, index) => addDocument(document, index, resources, channels, out));
  return out;
}

function addDocument(document: Document, index: number, resources: ExampleResources, channels: ChannelInputs | undefined, out: Examples): void {
  const tokens = resources.tokenizer.encode(document.text);
  const rows = wordRows(document.text, tokens, resources);
  const { lexicon, wordVectors } = resources;
  const lexiconWords = lexicon && tokenWords(document.text, tokens, lexicon, (word) => wordVectors!.row(word));
  const channelInput = channels?.of(document.text, tokens);
  const { spans, inside } = tokenSpans(document, tokens, resources.types);
  const held = new Set<TokenSpan>();
  for (const window of windows(tokens, resources)) {
    const example: Omit<Example, 'document' | 'documentId' | 'window'> = makeExample(window, rows, resources);
    if (lexiconWords) example.lexicon = windowWords(lexiconWords, window);
    if (channelInput) example.channels = channelInput(window);
    for (const [span] of spans) {
      if (span.start < window.first || span.end > window.last) continue;
      held.add(span);
      const shift = 1 - window.first; // [CLS] stands at 0
      example.spans.push({ start: span.start + shift, end: span.end + shift, type: span.type });
    }
    out.examples.push({ document: index, documentId: document.id, window, ...example });
  }
  const missed = (entity: Entity, reason: 'token' | 'window') =>
    out.unrepresentable.push({ documentId: document.id, entity, reason });
  inside.forEach((entity) => missed(entity, 'token'));
  for (const [span, entity] of spans) if (!held.has(span)) missed(entity, 'window');
}

/** Entities as token spans of the whole document, and those with an end inside a token. */
function tokenSpans(
  document: Document,
  tokens: readonly Token[],
  types: readonly string[],
): { spans: Map<TokenSpan, Entity>; inside: Entity[] } {
  const place = placesOf(tokens);
  const spans = new Map<TokenSpan, Entity>();
  const inside: Entity[] = [];
  for (const entity of document.entities) {
    const type = types.indexOf(entity.type);
    if (type < 0) {
      throw new InputError(`document ${document.id}: entity type ${entity.type} is none of ${types.join(', ')}`);
    }
    const found = place(entity);
    if (found) spans.set({ start: found.first, end: found.last + 1, type }, entity);
    else inside.push(entity);
  }
  return { spans, inside };
}

/** The word-vector row of each token: that of the word its first character belongs to. */
function wordRows(text: string, tokens: readonly Token[], { segmenter, wordVectors }: ExampleResources): Int32Array {
  const rows = new Int32Array(tokens.length);
  if (!segmenter || !wordVectors) return rows;
  const words = segmenter.segment(text);
  const unknown = wordVectors.row('[UNK]');
  let word = 0;
  tokens.forEach(({ start }, position) => {
    while (word < words.length && words[word].end <= start) word++;
    rows[position] = word < words.length && words[word].start <= start ? wordVectors.row(words[word].text) : unknown;
  });
  return rows;
}

/** A window between [CLS] and [SEP], still without spans. */
function makeExample(window: Window, rows: Int32Array, { tokenizer, wordVectors }: ExampleResources) {
  const { cls, sep } = tokenizer.vocabulary;
  const { tokens } = window;
  const framed = (first: number, inner: ArrayLike<number>, last: number) => {
    const values = new Int32Array(tokens.length + 2);
    values[0] = first;
    values.set(inner, 1);
    values[tokens.length + 1] = last;
    return values;
  };
  return {
    ids: framed(cls, tokens.map(({ id }) => id), sep),
    words: framed(wordVectors?.row('[CLS]') ?? 0, rows.subarray(window.first, window.last), wordVectors?.row('[SEP]') ?? 0),
    starts: framed(-1, tokens.map(({ start }) => start), -1),
    ends: framed(-1, tokens.map(({ end }) => end), -1),
    spans: [] as TokenSpan[],
  };
}

/**
 * What was predicted in each example, joined by document (see `mergeWindows`): one list for each of `documents`
 * documents, in their order; a document without examples has none.
 */
export function mergePredictions(
  examples: readonly Example[],
  predictions: readonly ScoredEntity[][],
  documents: number,
): ScoredEntity[][] {
  const parts = Array.from({ length: documents }, () => ({ windows: [] as Window[], found: [] as ScoredEntity[][] }));
  examples.forEach(({ document, window }, index) => {
    parts[document].windows.push(window);
    parts[document].found.push(predictions[index]);
  });
  return parts.map(({ windows, found }) => mergeWindows(windows, found));
}
