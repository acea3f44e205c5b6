/** The places that a part can have in a model: a row's parts are some of them. */
export type PartId =
  | 'augmentation' | 'text' | 'encoder' | 'word-vectors' | 'lexicon' | 'fusion' | 'characters' | 'convolution'
  | 'chat-model' | 'second-text' | 'items' | 'second-encoder' | 'mapping' | 'gru-original' | 'gru-second' | 'attention' | 'gru-fused' | 'norm' | 'mlp'
  | 'recurrent' | 'pointer' | 'tags' | 'biaffine' | 'convolved' | 'crf' | 'entities';

/** A part of a model as a reader of the paper meets it: a box of its figure. */
export interface Part {
  id: PartId;
  title: string;
  /** Its own configuration, a line each. Widths that follow from other parts stand at the flows, so that two parts are equal when their facts are. */
  facts: readonly string[];
  /** Names of its trainable numbers begin with one of these. */
  scopes: readonly string[];
  /** How many trainable numbers it has. */
  parameters: number;
}

/** What one part hands to another. */
export interface Flow {
  from: PartId;
  to: PartId;
  /** Such as `[n, 256]`, n tokens; empty where a text passes. */
  carries: string;
}

export interface Architecture {
  parts: Part[];
  flows: Flow[];
  /** Of models that score spans: the tokens of the longest window, and the band that is scored; null: the whole upper triangle. */
  spans?: { tokens: number; k: number | null };
}

/** What a model's structure depends on besides its configuration. */
export interface ModelSizes {
  /** Entries of the vocabulary. */
  vocabulary: number;
  /** Entity types. */
  types: number;
  /** Tokens of the longest window. */
  tokens: number;
  /** Of models with word vectors or a lexicon: their width, and how many there are where they are trained. */
  words?: { dimension: number; rows?: number };
  /** Where the encoder's weights come from, in words; without it random values. */
  weights?: string;
  /** How training documents are augmented, a line each; without it they are not. */
  augmentation?: string[];
  /** Who tells the features of a model with channels. */
  provider?: string;
}
