import { InputError } from '../common';
import type { Token } from './tokenizer';

export interface WindowOptions {
  /** Most tokens in a window, `[CLS]` and `[SEP]` included. */
  maxLength: number;
  /** Tokens that neighbouring windows share: an entity of up to this many tokens is never cut. */
  overlap: number;
}

/** Tokens [first, last) of a text, and the code points [start, end) between its neighbours' tokens. */
export interface Window {
  first: number;
  last: number;
  start: number;
  /** Infinity for the last window, which reaches to the end of the text. */
  end: number;
  tokens: Token[];
}

const sentenceEnd = /^[。！？；!?;]$/u;

/**
 * Cuts a text's tokens into windows that fit the encoder. A window ends after the last sentence mark of its second half
 * if it has one, else where it is full; the next begins `overlap` tokens earlier. So every run of up to `overlap` tokens
 * lies whole in a window: take the last window that begins at or before the run's first token; if the run left it, the
 * following window would begin before the run too. A text without tokens has no window.
 */
export function windows(tokens: Token[], { maxLength, overlap }: WindowOptions): Window[] {
  const room = maxLength - 2;
  if (!Number.isInteger(maxLength) || !Number.isInteger(overlap) || overlap < 0 || room <= overlap) {
    throw new InputError(`windows: maxLength ${maxLength} must exceed overlap ${overlap} by at least 3, both whole numbers ([CLS] and [SEP] take two places); raise maxLength or lower overlap.`);
  }
  const out: Window[] = [];
  for (let first = 0; first < tokens.length;) {
    let last = Math.min(tokens.length, first + room);
    if (last < tokens.length) {
      const earliest = first + Math.max(overlap + 1, Math.ceil(room / 2));
      let cut = last;
      while (cut >= earliest && !sentenceEnd.test(tokens[cut - 1].token)) cut--;
      if (cut >= earliest) last = cut;
    }
    out.push({
      first,
      last,
      start: first === 0 ? 0 : Math.min(tokens[first - 1].end, tokens[first].start),
      end: last === tokens.length ? Infinity : Math.max(tokens[last - 1].end, tokens[last].start),
      tokens: tokens.slice(first, last),
    });
    if (last === tokens.length) break;
    first = last - overlap;
  }
  return out;
}

/**
 * Joins what was found in each window, in code points of the whole text. A span belongs to the window, among those that
 * hold it whole, where its nearer cut is farthest away (the first of equals; the text's own ends are no cuts), and is kept
 * if that window found it. So each span is kept once, a mention truncated by a cut gives way to the window that sees it
 * whole, and nothing that every window marked is lost if at least one window holds it, which `windows` assures for
 * entities of up to `overlap` tokens. The result is ordered by start, end and type.
 */
export function mergeWindows<Span extends { start: number; end: number; type: string }>(parts: readonly Window[], found: readonly (readonly Span[])[]): Span[] {
  if (parts.length !== found.length) throw new Error(`mergeWindows: ${parts.length} windows but ${found.length} lists of spans`);
  const kept = new Map<string, Span>();
  found.forEach((spans, i) => {
    for (const span of spans) {
      const key = `${span.start} ${span.end} ${span.type}`;
      if (owner(parts, span, i) === i && !kept.has(key)) kept.set(key, span);
    }
  });
  return [...kept.values()].sort((a, b) => a.start - b.start || a.end - b.end || (a.type < b.type ? -1 : a.type > b.type ? 1 : 0));
}

/** The window that a span found in window `near` belongs to; -1 if none holds it whole. */
function owner(parts: readonly Window[], span: { start: number; end: number }, near: number): number {
  let best = -1;
  let most = -1;
  let i = near;
  // Windows are ordered, so those that hold the span stand together.
  while (i > 0 && parts[i - 1].end >= span.end) i--;
  for (; i < parts.length && parts[i].start <= span.start; i++) {
    if (parts[i].end < span.end) continue;
    const left = i === 0 ? Infinity : span.start - parts[i].start;
    const context = Math.min(left, parts[i].end - span.end);
    if (context > most) [best, most] = [i, context];
  }
  return best;
}
