import { z } from 'zod';
import { selections } from '../../llm';
import { ownSettings, type OwnSettings } from '../overrides';

/** Table 8's own fields, which `--set fewShot.…` assigns to. */
export const FewShotConfig = z.strictObject({
  /**
   * Models to ask, by their names in the list. Of the others there, those stand in the table whose replies are all kept from before: they are read, and
   * nobody is asked. `offline-lexicon`, which is no model, always stands there.
   */
  models: z.array(z.string()).default([]),
  /** The list of models; null: data/llm.yaml. */
  list: z.string().nullable().default(null),
  /** Examples before each question. The paper prints no number. */
  examples: z.int().nonnegative().default(5),
  /** `covering`: the same before each text, so chosen that they show every type; `nearest`: those most like the text. */
  selection: z.enum(selections).default('covering'),
  /** Of the examples' choice. */
  seed: z.int().default(0),
  /** Ask about so many scored documents, drawn with corpus.splitSeed; null: all. Replies cost money: by default all of `sample`, 200 of any other corpus. */
  documents: z.int().positive().nullable(),
  /** Most that all models together may cost, in the currency of the list's prices; 0: nothing may be paid. Replies from the cache cost nothing. */
  ceiling: z.number().nonnegative().default(0),
  /** Take replies from the cache only, of the models named too: what is not there is an error, and nothing is connected to. */
  offline: z.boolean().default(false),
  /** Where requests and replies are kept; null: .cache/llm/replies.jsonl of the project. */
  cache: z.string().nullable().default(null),
});
export type FewShotConfig = z.infer<typeof FewShotConfig>;

/** Table 8's own fields in a request's assignments, and those that the runs of LLM-MedNER beside it were made with. */
export const fewShotConfig = (corpus: string, set: readonly string[]): OwnSettings<FewShotConfig> =>
  ownSettings('fewShot', FewShotConfig, { documents: corpus === 'sample' ? null : 200 }, set);
