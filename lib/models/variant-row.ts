import type { ChannelsConfig, CharactersConfig, HeadConfig, LexiconConfig, WordsConfig } from './config';

/** B and A, by the names that data/papers/reported.json gives them. */
export type Paper = 'da-rw-egp' | 'llm-medner';

/** A row of data/papers/reported.json, on every data set that has it. */
export interface ReportedRow {
  paper: Paper;
  /** Where several tables of a paper have a row of this name. */
  table?: string;
  row: string;
}

/** One model that the papers compare. Rows differ by the thing compared. */
export interface VariantRow {
  name: string;
  /** The published checkpoint of the paper's row, by the name of its folder in data/models; null where there is no encoder. */
  checkpoint: 'bert-base-chinese' | 'chinese-roberta-wwm-ext' | 'chinese-macbert-base' | null;
  /** Overrides of the defaults of `WordsConfig`; null = no word vectors. */
  words: Partial<WordsConfig> | null;
  /** Overrides of the defaults of `LexiconConfig`; without it, no lexicon. */
  lexicon?: Partial<LexiconConfig>;
  /** Overrides of the defaults of `CharactersConfig`; without it, an encoder. */
  characters?: Partial<CharactersConfig>;
  /** Overrides of the defaults of `ChannelsConfig`; without it, no channels. */
  channels?: Partial<ChannelsConfig>;
  head: HeadConfig['kind'];
  /** Overrides of the defaults of the head's config. */
  headOptions?: { biaffine?: null; crf?: true };
  /** Whether the training documents are augmented (paper B, section 3.1). */
  augmented?: boolean;
  /** Whose settings the paper profile takes outside of a paper's experiments: paper B's unless a row is paper A's alone. */
  settings?: 'llm-medner';
  /** The rows whose numbers stand beside ours, one a paper at most. Without them the papers print none. */
  reported?: readonly ReportedRow[];
  description: string;
}
