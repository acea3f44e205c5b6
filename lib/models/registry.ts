import { didYouMean, InputError } from '../common';
import { type EncoderConfig, ModelConfig } from './config';
import { paperARows } from './paper-a-rows';
import type { VariantRow } from './variant-row';

export const registry: readonly VariantRow[] = [
  {
    name: 'bert',
    checkpoint: 'bert-base-chinese',
    words: null,
    head: 'token-classifier',
    reported: [{ paper: 'da-rw-egp', row: 'BERT' }, { paper: 'llm-medner', table: 'Table 5', row: 'BERT' }],
    description: 'BERT with a softmax over BIO tags; holds the outermost entities only.',
  },
  {
    name: 'roberta',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: null,
    head: 'token-classifier',
    reported: [{ paper: 'da-rw-egp', row: 'RoBERTa' }],
    description: 'bert started from Chinese RoBERTa-wwm-ext.',
  },
  {
    name: 'bert-crf',
    checkpoint: 'bert-base-chinese',
    words: null,
    head: 'crf',
    reported: [{ paper: 'da-rw-egp', row: 'BERT-CRF' }, { paper: 'llm-medner', table: 'Table 5', row: 'BERT-CRF' }],
    description: 'bert with a conditional random field over its tags.',
  },
  {
    name: 'roberta-bilstm-crf',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: null,
    head: 'bilstm-crf',
    reported: [{ paper: 'da-rw-egp', row: 'RoBERTa-BiLSTM-CRF' }, { paper: 'llm-medner', table: 'Table 5', row: 'RoBERTa-BiLSTM-CRF' }],
    description: 'roberta with a bidirectional LSTM and a conditional random field.',
  },
  {
    name: 'bert-gp',
    checkpoint: 'bert-base-chinese',
    words: null,
    head: 'global-pointer',
    description: 'BERT with a global pointer that scores every span.',
  },
  {
    name: 'roberta-gp',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: null,
    head: 'global-pointer',
    reported: [{ paper: 'da-rw-egp', row: 'RoBERTa-GP' }],
    description: 'bert-gp started from Chinese RoBERTa-wwm-ext.',
  },
  {
    name: 'roberta-gp-softlexicon',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: null,
    lexicon: {},
    head: 'global-pointer',
    reported: [{ paper: 'da-rw-egp', row: 'RoBERTa-GP-SoftLexicon' }],
    description: 'roberta-gp with the lexicon words that begin at, go through, end at or are each character.',
  },
  {
    name: 'bert-egp',
    checkpoint: 'bert-base-chinese',
    words: null,
    head: 'banded-pointer',
    description: 'bert-gp scoring only spans of up to k tokens.',
  },
  {
    name: 'roberta-egp',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: null,
    head: 'banded-pointer',
    description: 'roberta-gp scoring only spans of up to k tokens.',
  },
  {
    name: 'rw-gp',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: {},
    head: 'global-pointer',
    description: 'roberta-gp with Word2Vec vectors of the segmented words beside the characters.',
  },
  {
    name: 'rw-egp',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: {},
    head: 'banded-pointer',
    reported: [{ paper: 'da-rw-egp', row: 'w/o Data Augmentation' }],
    description: 'rw-gp scoring only spans of up to k tokens: the full model of paper B before data augmentation.',
  },
  {
    name: 'da-rw-egp',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: {},
    head: 'banded-pointer',
    augmented: true,
    reported: [{ paper: 'da-rw-egp', row: 'DA-RW-EGP' }],
    description: 'the full model of paper B: rw-egp on augmented training documents.',
  },
  {
    name: 'da-roberta-egp',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: null,
    head: 'banded-pointer',
    augmented: true,
    reported: [{ paper: 'da-rw-egp', row: 'w/o Character-Word Fusion' }],
    description: 'da-rw-egp without word vectors.',
  },
  {
    name: 'da-rw-gp',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: {},
    head: 'global-pointer',
    augmented: true,
    reported: [{ paper: 'da-rw-egp', row: 'w/o Upper-Right Triangle Mask' }],
    description: 'da-rw-egp scoring every span.',
  },
  {
    name: 'rw-egp-shared',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: {},
    head: 'egp-shared',
    description: 'rw-gp with the other published "Efficient GlobalPointer", whose types share their queries and keys.',
  },
  ...paperARows,
];

export function variant(name: string): VariantRow {
  const row = registry.find((candidate) => candidate.name === name);
  const names = registry.map((candidate) => candidate.name);
  if (!row) throw new InputError(`there is no variant ${name}${didYouMean(name, names)}; there are ${names.join(', ')}`);
  return row;
}

/** The row's model around the given encoder. */
export function variantModel(row: VariantRow, encoder: Partial<EncoderConfig> = {}): ModelConfig {
  return ModelConfig.parse({
    encoder, words: row.words, lexicon: row.lexicon, characters: row.characters, channels: row.channels, head: { kind: row.head, ...row.headOptions },
  });
}
