import type { Entity } from '../corpus';
import { documentHtml, entityTableHtml, legendHtml } from '../figures/entities-html';
import type { DemoModel } from './models';

/** What one model found in a text. */
export interface ModelAnswer {
  key: string;
  /** Of prediction alone. */
  milliseconds: number;
  entities: number;
  /** How many of them every model found. */
  shared: number;
  html: string;
}

/** Asks each model in turn. The HTML is made from the text by escaping all of it. */
export async function answer(models: readonly DemoModel[], text: string): Promise<{ models: ModelAnswer[] }> {
  const found = [];
  for (const model of models) {
    const begun = performance.now();
    const entities = await model.predict(text);
    found.push({ model, entities, milliseconds: performance.now() - begun });
  }
  const sets = found.map(({ entities }) => new Set(entities.map(nameOf)));
  return {
    models: found.map(({ model: { key, types }, entities, milliseconds }) => {
      const document = { id: key, text, entities };
      return {
        key,
        milliseconds,
        entities: entities.length,
        shared: entities.filter((entity) => sets.every((set) => set.has(nameOf(entity)))).length,
        html: legendHtml([document], types) + documentHtml(document, types) + entityTableHtml(document, types),
      };
    }),
  };
}

const nameOf = ({ start, end, type }: Entity): string => `${start} ${end} ${type}`;
