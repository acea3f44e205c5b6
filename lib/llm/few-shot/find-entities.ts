import type { Document } from '../../corpus/types';
import { ask, newAskReport, type AskReport } from '../ask';
import { ReplyNotKept } from '../client';
import { inOrder } from '../in-order';
import { ofDocument } from '../of-document';
import { parseFewShotEntities } from '../parsers/entities';
import { fewShotEntitiesPrompt, type TypeName } from '../prompts/few-shot-entities';
import type { ChatModel, Sampling } from '../types';
import type { ExamplesFor } from './examples';

export interface FindEntitiesOptions {
  model: ChatModel;
  types: readonly TypeName[];
  examplesFor: ExamplesFor;
  sampling?: Sampling;
  signal?: AbortSignal;
  /** Told the number of documents that are done, after each. */
  onProgress?: (done: number) => void;
}

export interface FoundEntities {
  /** The texts with the model's entities, in their order. */
  documents: Document[];
  report: AskReport;
}

/**
 * Entities by direct prompting (paper A, Table 8): one question a text, examples before it, and no second one. What of an answer cannot be taken (a type that
 * there is not, words that the text does not hold) is left out and counted by cause. The n-th listing of the same words with the same type is
 * their n-th occurrence in the text, as the prompt asks for them; what a model lists once it has found once.
 */
export async function findEntities(texts: readonly Pick<Document, 'id' | 'text'>[], { model, types, examplesFor, sampling, signal, onProgress }: FindEntitiesOptions): Promise<FoundEntities> {
  const report = newAskReport();
  const documents: Document[] = [];
  await inOrder(
    texts,
    model.concurrency ?? 1,
    async ({ id, text }): Promise<Document> => {
      const entities = await ask({
        name: fewShotEntitiesPrompt.name,
        messages: fewShotEntitiesPrompt.build({ text, types, examples: examplesFor(text) }),
        parse: (reply) => parseFewShotEntities(reply, text, types),
        subjectOf: ({ start, end, type }) => `${start} ${end} ${type}`,
      }, { model, report, sampling, signal, once: true }).catch((error: unknown) => {
        throw error instanceof ReplyNotKept ? error : ofDocument(error, id);
      });
      return { id, text, entities };
    },
    (document) => {
      documents.push(document);
      onProgress?.(documents.length);
    },
  );
  return { documents, report };
}
