import { InputError } from '../common';
import type { Document } from '../corpus/types';
import type { SpanScores, TokenMention } from '../figures';
import { collate, disposeBatch, makeExamples, type ExampleResources, type SpanModel } from '../models';

/** What `entityMatrix` draws: a sentence's tokens, its span scores by type, its gold mentions in tokens. */
export interface SentenceMatrix {
  tokens: string[];
  scores: SpanScores;
  gold: TokenMention[];
}

/**
 * The entity matrices of one sentence (paper B, Fig. 5), without [CLS] and [SEP]; cells that the head does not score are NaN.
 * @throws InputError for a text that takes more than one window
 */
export async function sentenceMatrix(model: SpanModel, document: Document, resources: ExampleResources): Promise<SentenceMatrix> {
  const { examples } = makeExamples([document], resources);
  if (examples.length !== 1) throw new InputError(`${document.id}: expected a text of one window, found ${examples.length}; choose a shorter one`);
  const batch = collate(examples);
  const all = model.scores(batch);
  try {
    const values = await all.data<'float32'>();
    const [, , n, width] = all.shape;
    const last = n - 1; // [SEP]
    const points = Array.from(document.text);
    const [{ starts, ends, spans }] = examples;
    const inner = Array.from({ length: last - 1 }, (_, i) => i + 1);
    const score = (type: number, i: number, j: number) => {
      const column = j < i ? undefined : model.head.column(i, j);
      return column === undefined ? Number.NaN : values[(type * n + i) * width + column];
    };
    return {
      tokens: inner.map((i) => points.slice(starts[i], ends[i]).join('')),
      scores: Object.fromEntries(model.types.map((name, type) => [name, inner.map((i) => inner.map((j) => score(type, i, j)))])),
      gold: spans.map(({ start, end, type }) => ({ start: start - 1, end: end - 1, type: model.types[type] })),
    };
  } finally {
    all.dispose();
    disposeBatch(batch);
  }
}
