import type { LlmFeatures } from '../llm/features';
import type { FeatureKind } from '../layers';
import { type Token, type Tokenizer, type Window, windows } from '../text';
import type { ChannelsConfig } from './config';

/** A text that becomes one vector. Longer than a window, it is read in several parts whose tokens all count alike. */
export interface Item {
  parts: Array<{ ids: Int32Array; weights: Float32Array }>;
}

/** A keyword in one window: what is said of it, and the places of its tokens. */
export interface KeywordInput {
  items: Array<{ kind: FeatureKind; item: Item }>;
  /** In the window of T, [CLS] being 0. */
  original: number[];
  /** In the second channel's parts put one after the other, each with its [CLS] and [SEP]. */
  second: number[];
}

/** What a model with channels reads beside a window of T. */
export interface ChannelInput {
  /** The second channel's tokens, with [CLS] and [SEP]: one part, or several where it is longer than a window. Empty without such a channel. */
  second: Int32Array[];
  keywords: KeywordInput[];
}

/** What a chat model tells of texts, and what of that a model reads. */
export interface ChannelResources {
  config: Pick<ChannelsConfig, 'second' | 'features' | 'pooling'>;
  featuresOf(text: string): LlmFeatures;
}

/** Tokens [first, last) of a text. */
type Range = Pick<Window, 'first' | 'last'>;

/**
 * Makes the inputs of a text's windows. A window of T meets the part of T' that belongs to it: keywords stand in T' as often and in the same order
 * as in T, so that part reaches from the last keyword that begins before the window, or the text's start, to the first that ends after it,
 * or the text's end. Windows overlap and so do their parts: nothing of T' is left out. A part longer than a window is read in
 * several pieces, one after the other. A keyword cut by a border counts at the tokens that lie inside.
 *
 * A text without T' (no usable answer came) has itself for one.
 */
export class ChannelInputs {
  private readonly items = new Map<string, Item>();

  constructor(private readonly resources: ChannelResources & { tokenizer: Tokenizer; maxLength: number }) {}

  /** @param tokens of the whole text @returns the input of one of its windows */
  of(text: string, tokens: readonly Token[]): (window: Window) => ChannelInput {
    const { config, featuresOf, tokenizer } = this.resources;
    const { enhanced, keywords, relations } = featuresOf(text);
    const rewritten = config.second === 'enhanced' ? enhanced : null;
    const otherTokens = rewritten === null ? tokens : tokenizer.encode(rewritten);
    const described = config.features.length === 0 ? [] : keywords.map(({ original, enhanced: inEnhanced }, i) => ({
      items: this.itemsOf(i, { keywords, relations }),
      original: tokensOf(tokens, original),
      second: config.second === null ? [] : tokensOf(otherTokens, rewritten === null ? original : inEnhanced),
    }));
    return (window) => {
      const range = rewritten === null ? window : rangeOf(otherTokens, partOf(window, keywords));
      const pieces = config.second === null ? [] : this.pieces(otherTokens, range);
      const here = described.map((keyword) => ({
        items: keyword.items,
        original: keyword.original.filter((token) => token >= window.first && token < window.last).map((token) => token - window.first + 1),
        second: placesIn(pieces, keyword.second),
      }));
      return {
        second: pieces.map(({ ids }) => ids),
        keywords: here.filter(({ items, original, second }) => items.length > 0 && original.length + second.length > 0),
      };
    };
  }

  private itemsOf(index: number, { keywords, relations }: Pick<LlmFeatures, 'keywords' | 'relations'>): KeywordInput['items'] {
    const { text, description, pos } = keywords[index];
    const said: Record<FeatureKind, string[]> = {
      keyword: [text],
      description: [description],
      partOfSpeech: pos === null ? [] : [pos],
      // A row of H_rel encodes the pair together with its relation.
      relation: relations.filter(({ first, second }) => first === index || second === index)
        .map(({ first, second, text: relation }) => `${keywords[first].text}-${keywords[second].text}：${relation}`),
    };
    return this.resources.config.features.flatMap((kind) =>
      said[kind].map((one) => ({ kind, item: this.item(one) })).filter(({ item }) => item.parts.length > 0));
  }

  /** One object a text: a batch encodes each once. */
  private item(text: string): Item {
    const known = this.items.get(text);
    if (known) return known;
    const tokens = this.resources.tokenizer.encode(text);
    const parts = tokens.length === 0 ? [] : this.pieces(tokens, { first: 0, last: tokens.length }).map(({ ids }, _, all) => {
      const weights = new Float32Array(ids.length);
      if (this.resources.config.pooling === 'cls') weights[0] = 1 / all.length;
      else weights.fill(1 / tokens.length, 1, ids.length - 1);
      return { ids, weights };
    });
    const item = { parts };
    this.items.set(text, item);
    return item;
  }

  /** The tokens of a range between [CLS] and [SEP], in as many pieces as windows need. */
  private pieces(tokens: readonly Token[], { first, last }: Range): Array<Range & { ids: Int32Array }> {
    const { tokenizer: { vocabulary: { cls, sep } }, maxLength } = this.resources;
    const cut = last > first ? windows(tokens.slice(first, last), { maxLength, overlap: 0 }) : [{ first: 0, last: 0, tokens: [] }];
    return cut.map((piece) => ({ first: first + piece.first, last: first + piece.last, ids: Int32Array.of(cls, ...piece.tokens.map(({ id }) => id), sep) }));
  }
}

/** The tokens that any of the spans touches, once each. */
function tokensOf(tokens: readonly Token[], spans: ReadonlyArray<{ start: number; end: number }>): number[] {
  const found: number[] = [];
  tokens.forEach(({ start, end }, position) => {
    if (spans.some((span) => start < span.end && span.start < end)) found.push(position);
  });
  return found;
}

/** The places of those of a text's tokens that the pieces hold, in the pieces put one after the other. */
function placesIn(pieces: ReadonlyArray<Range & { ids: Int32Array }>, tokens: readonly number[]): number[] {
  let before = 0;
  return pieces.flatMap(({ first, last, ids }) => {
    const shift = before + 1 - first; // [CLS] stands before the first
    before += ids.length;
    return tokens.filter((token) => token >= first && token < last).map((token) => token + shift);
  });
}

/** The code points of T' that belong to a window of T. */
function partOf({ start, end }: Window, keywords: LlmFeatures['keywords']): { start: number; end: number } {
  const anchors = keywords
    .flatMap(({ original, enhanced }) => original.flatMap((span, n) => (enhanced[n] ? [{ from: span, to: enhanced[n] }] : [])))
    .sort((a, b) => a.from.start - b.from.start || b.from.end - a.from.end);
  const part = {
    start: start === 0 ? 0 : anchors.filter(({ from }) => from.start <= start).at(-1)?.to.start ?? 0,
    end: end === Infinity ? Infinity : anchors.find(({ from }) => from.end >= end)?.to.end ?? Infinity,
  };
  // A provider that moved its keywords: rather too much than something missing.
  return part.start < part.end ? part : { start: 0, end: Infinity };
}

function rangeOf(tokens: readonly Token[], { start, end }: { start: number; end: number }): Range {
  const first = tokens.findIndex((token) => token.end > start);
  if (first < 0) return { first: 0, last: 0 };
  const after = tokens.findIndex((token) => token.start >= end);
  return { first, last: Math.max(first, after < 0 ? tokens.length : after) };
}
