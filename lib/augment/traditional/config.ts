import { z } from 'zod';

const share = z.number().min(0).max(1);

/** The paper prints no amounts: those here are common ones, and every one is a field. */
const common = {
  /**
   * New documents as a share of the training documents, in a random order of them: at 1 each gives one, at 2.5 each gives two or three. Documents
   * that a method cannot change give none. An epoch grows by as many; runs that compare methods take the same share.
   */
  documents: z.number().min(0).max(10).default(1),
};

/** Random masking. A unit is what stands for itself: an ideograph, a mark, or a whole run of letters and digits. */
export const MaskingConfig = z.strictObject({
  method: z.literal('masking'),
  ...common,
  /** Chance that a unit outside entities becomes a mask: 15 %, as in BERT's pre-training, which knows the mask from there. */
  context: share.default(0.15),
  /** The same of a unit inside an entity, which keeps at least one of its units: on its context alone nothing would tell its type. */
  inside: share.default(0.15),
});
export type MaskingConfig = z.infer<typeof MaskingConfig>;

/** Medical entity replacement. */
export const ReplacementConfig = z.strictObject({
  method: z.literal('replacement'),
  ...common,
  /** Chance that an entity gives way to another mention of its type; one at least does. */
  entities: share.default(0.5),
});
export type ReplacementConfig = z.infer<typeof ReplacementConfig>;

/** Medical synonym replacement. */
export const SynonymConfig = z.strictObject({
  method: z.literal('synonyms'),
  ...common,
  /** Chance that an entity with synonyms gives way to one; one at least of all that could be does, be it entity or word. */
  entities: share.default(0.5),
  /** Chance that a word outside entities does: by the files' sets, and by the pairs of clinical prose that the offline provider paraphrases with. */
  words: share.default(0.3),
  /** Shortest word outside entities, in characters, that the files' sets may replace: single characters have too many meanings. Entities may be any. */
  shortestWord: z.int().positive().default(2),
  /** Files of synonym sets: one set a line, or a JSON object from a term to its synonyms (relative paths are the project's). */
  files: z.array(z.string()).default(['data/synonyms/medical.txt']),
});
export type SynonymConfig = z.infer<typeof SynonymConfig>;

/** Back translation, sentence by sentence, through local translation models. */
export const BackTranslationConfig = z.strictObject({
  method: z.literal('back-translation'),
  ...common,
  /** Folders of the models from Chinese and back into it (relative paths are the project's). */
  there: z.string().default('data/models/opus-mt-zh-en'),
  back: z.string().default('data/models/opus-mt-en-zh'),
});
export type BackTranslationConfig = z.infer<typeof BackTranslationConfig>;

/** One of the traditional methods that paper A's Table 9 compares its language model with (section 4.9). */
export const TraditionalConfig = z.discriminatedUnion('method', [MaskingConfig, ReplacementConfig, SynonymConfig, BackTranslationConfig]);
export type TraditionalConfig = z.infer<typeof TraditionalConfig>;
export type TraditionalOptions = z.input<typeof TraditionalConfig>;

export const traditionalMethods = ['masking', 'replacement', 'synonyms', 'back-translation'] as const satisfies readonly TraditionalConfig['method'][];
export type TraditionalMethodName = (typeof traditionalMethods)[number];
