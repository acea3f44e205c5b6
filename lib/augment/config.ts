import { z } from 'zod';
import { lengthClasses } from '../corpus/types';

const share = z.number().min(0).max(1);
const documents = z.number().min(0).max(10);

/** What the mix of entities, by type and length class, should become. */
export const TargetConfig = z.strictObject({
  /**
   * Default rule: a cell (type × length class) that has less than this share of all entities is raised to it, and the shares are then
   * scaled to sum to 1. Cells without any entity stay empty. Paper B raises rare types and long entities and prints no amount.
   */
  floor: z.number().min(0).max(0.05).default(0.01),
  /** Explicit shares in place of the rule, as in {"dep": {"short": 0.02, "long": 0.01}}: scaled to sum to 1; what is not named gets 0. */
  shares: z.record(z.string(), z.partialRecord(z.enum(lengthClasses), z.number().min(0))).nullable().default(null),
  /** Random proposals for each new document, of which the one that brings the mix nearest to the target is kept; 1 = none is preferred. */
  candidates: z.int().min(1).max(1000).default(8),
});
export type TargetConfig = z.infer<typeof TargetConfig>;

/** Synonymous entity substitution (paper B, section 3.1.2, strategy 1). */
export const SubstitutionConfig = z.strictObject({
  /** New documents as a share of the training documents; 0 = off. The paper prints no amounts. */
  documents: documents.default(0.2),
  /** Chance that a further entity of the document is replaced too, by one of its own type and length class. */
  others: share.default(0.3),
  /** Where an entity has synonyms in the files given, the chance that one of them is taken, not a training mention of the type. */
  synonyms: share.default(0.5),
  /** Files of synonym sets: one set a line, or a JSON object from a term to its synonyms (relative paths are the project's). */
  synonymFiles: z.array(z.string()).default([]),
  /** Whether an entity inside another may be replaced: the outer one is kept around it, as 右上腹疼痛 becomes 左下腹疼痛. */
  inside: z.boolean().default(true),
});

/** Entity augmentation (strategy 2): short entities of one type joined into a long one. */
export const JoiningConfig = z.strictObject({
  /** New documents as a share of the training documents; 0 = off. */
  documents: documents.default(0.1),
  /** Longest part, in characters. The paper says "short entities"; two parts of its short class (1-3) would not reach 8. */
  partLength: z.int().min(1).max(20).default(5),
  /** Least length of the joined entity, in characters: the paper's long class. */
  joinedLength: z.int().min(2).max(100).default(8),
  /** What stands before the last part. Of three parts the first two are parted by 、. */
  conjunctions: z.array(z.string().min(1)).min(1).default(['、', '和', '及', '与']),
  /** Whether the parts stay entities inside the long one. Off: the paper makes one entity of them. What lies inside a part always stays. */
  keepParts: z.boolean().default(false),
});

/** Sentence replacement (strategy 3). */
export const SentencesConfig = z.strictObject({
  /** New documents as a share of the training documents; 0 = off. */
  documents: documents.default(0.1),
  /** Chance that a sentence comes from another document; else two of the document's own change places. */
  between: share.default(0.5),
});

/** A chat model's part in remote supervision, the paper's ERNIE Bot's. */
export const ChatSourcesConfig = z.strictObject({
  /** A name of data/llm.yaml, or offline-lexicon, which answers the same questions by rule. */
  model: z.string().min(1),
  /** Whether it names instances, in place of the embedded lexicon. Some will be mentions that only scored documents have: see `scoredMentions`. */
  instances: z.boolean().default(true),
  /** Whether it verifies matches, in place of training statistics: a question for each. */
  verifier: z.boolean().default(true),
  /** Most that one augmentation may cost, in the currency of llm.yaml's prices; 0: nothing may be paid. Replies from the cache cost nothing. */
  ceiling: z.number().nonnegative().default(0),
});
export type ChatSourcesConfig = z.infer<typeof ChatSourcesConfig>;

/** Remote supervision (paper B, section 3.1.3). */
export const RemoteConfig = z.strictObject({
  /** New documents as a share of the training documents, at most; 0 = off. */
  documents: documents.default(0.2),
  /** Files or folders of unlabelled text, as `medner pretrain` reads them (a passage a line of .txt; .csv, .tsv, .json, .jsonl). None: there is nothing to annotate, and remote supervision gives no document. */
  unlabelled: z.array(z.string()).default([]),
  /** Most sentences to annotate, drawn at random; null = all. */
  sentences: z.int().positive().nullable().default(null),
  /**
   * Typed lexicons beside the training mentions: a file of `term<TAB>type` lines, or a folder of TYPE.txt files. `types` says which of our types a
   * lexicon's type is, and leaves the others out; null: its types must be the corpus's own.
   */
  lexicons: z.array(z.strictObject({ path: z.string(), types: z.record(z.string(), z.string()).nullable().default(null) })).default([]),
  /** Shortest term looked for, in characters. One character (肝, 尿) is a word of too many meanings. */
  shortestTerm: z.int().positive().default(2),
  /** Instances to ask of the instance source for each type below its target; 0 = none. */
  instances: z.int().nonnegative().default(100),
  /** Training mentions shown to the instance source as examples, long ones first. */
  examples: z.int().positive().default(10),
  /**
   * Matches looked at: `nested` keeps those inside a longer one and drops those that cross it; `longest` keeps the leftmost longest; `all` keeps
   * every one.
   */
  matches: z.enum(['nested', 'longest', 'all']).default('nested'),
  /** Least confidence of an annotation that is kept. The paper keeps "high-confidence annotations"; it prints no number. */
  threshold: z.number().gt(0).max(1).default(0.9),
  /**
   * A match that is an entity of any type with at most this probability is taken for none. One between the two is undecided, and its sentence is
   * dropped.
   */
  refuted: z.number().min(0).lt(1).default(0.5),
  /**
   * A sentence is dropped where two neighbouring characters outside its annotations lie inside one entity in more than this share of their training
   * occurrences: the dictionary probably misses an entity there. 1 = never. On a tenth of CMeEE-V2's training
   * split, annotated by the rest, the sentences kept had 48 % of their entities marked with 1 and 82 % with 0.8.
   */
  missed: share.default(0.8),
  /** Length of a sentence that may become a document, in characters. */
  shortestSentence: z.int().positive().default(10),
  longestSentence: z.int().positive().default(256),
  /** Offline verifier: characters of context on each side. */
  context: z.int().min(0).max(10).default(3),
  /** Offline verifier: pseudo-count λ of each context character. */
  smoothing: z.number().positive().default(1),
  /** Offline verifier: pseudo-count α of a term's marked and unmarked occurrences. */
  prior: z.number().positive().default(0.3),
  /** A chat model that names instances and verifies matches; without it the offline ones do. */
  chat: ChatSourcesConfig.optional(),
});
export type RemoteConfig = z.infer<typeof RemoteConfig>;

/** Paper B's data augmentation (section 3.1): easy data augmentation and remote supervision, of the training split only. */
export const AugmentConfig = z.strictObject({
  target: TargetConfig.prefault({}),
  substitution: SubstitutionConfig.prefault({}),
  joining: JoiningConfig.prefault({}),
  sentences: SentencesConfig.prefault({}),
  remote: RemoteConfig.prefault({}),
  /** Most new documents that one training document gives by one operation. */
  copies: z.int().positive().default(10),
  /**
   * A term from an instance source that scored documents annotate and neither the training split nor a lexicon knows: `stop` the run, or `drop`
   * the term and count it (a generative model will name some of them unprompted). A verifier's correction to such a mention is part of a text that
   * stands there: its sentence is left out and counted, whatever this says.
   */
  scoredMentions: z.enum(['stop', 'drop']).default('stop'),
});
export type AugmentConfig = z.infer<typeof AugmentConfig>;
export type AugmentOptions = z.input<typeof AugmentConfig>;
