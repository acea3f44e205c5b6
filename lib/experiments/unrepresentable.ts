import { outermost } from '../text';
import type { Document } from '../corpus';
import { type Examples, type ModelConfig, tagsTokens } from '../models';

/** Gold entities that a model cannot hold, whatever it learns, by reason. */
export interface Unrepresentable {
  /** An end lies inside a token. */
  token: number;
  /** Longer than the windows' overlap, and every window cuts it. */
  window: number;
  /** Longer than the band of a banded pointer. */
  band: number;
  /** Inside or across another entity, which BIO tags cannot say. */
  nested: number;
}

export function countUnrepresentable(documents: readonly Document[], { examples, unrepresentable }: Examples, { head }: ModelConfig): Unrepresentable {
  const counts: Unrepresentable = { token: 0, window: 0, band: 0, nested: 0 };
  for (const { reason } of unrepresentable) counts[reason]++;
  if (head.kind === 'banded-pointer') {
    // An entity in the overlap of two windows has a span in both.
    const long = new Set<string>();
    for (const { document, window, spans } of examples) {
      for (const { start, end, type } of spans) {
        if (end - start > head.k) long.add(`${document} ${window.first + start} ${window.first + end} ${type}`);
      }
    }
    counts.band = long.size;
  }
  if (tagsTokens(head)) {
    counts.nested = documents.reduce((sum, { entities }) => sum + entities.length - outermost(entities).length, 0);
  }
  return counts;
}
