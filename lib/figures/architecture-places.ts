/** Where a part's box stands: its centre in columns and rows from the top, and its width in columns. */
export interface Place {
  column: number;
  row: number;
  width: number;
}

const narrow = 0.79;

/** Characters and words, as paper B's Fig. 1 draws them: downwards, the encoder at the left, words at its right. */
export const streamPlaces: Readonly<Record<string, Place>> = {
  augmentation: { column: 0, row: 0, width: narrow },
  text: { column: 1, row: 0, width: narrow },
  encoder: { column: 0.5, row: 1, width: 1.1 },
  characters: { column: 1, row: 1, width: narrow },
  'word-vectors': { column: 1.6, row: 1, width: narrow },
  lexicon: { column: 2.5, row: 1, width: narrow },
  convolution: { column: 1, row: 2, width: narrow },
  fusion: { column: 1, row: 2, width: narrow },
  recurrent: { column: 1, row: 3, width: narrow },
  pointer: { column: 1, row: 4, width: 1.1 },
  tags: { column: 1, row: 4, width: narrow },
  crf: { column: 1, row: 5, width: narrow },
  entities: { column: 1, row: 6, width: narrow },
};

/** Paper A's Fig. 1: the text at the left, the chat model's features between, the enhanced text at the right; below them what makes h, D and the tags. */
export const channelPlaces: Readonly<Record<string, Place>> = {
  text: { column: 0, row: 0, width: narrow },
  'chat-model': { column: 1, row: 0, width: narrow },
  items: { column: 1, row: 1, width: narrow },
  'second-text': { column: 2, row: 1, width: narrow },
  encoder: { column: 1, row: 2, width: 2.79 },
  'second-encoder': { column: 1.5, row: 2, width: 1.79 },
  mapping: { column: 1, row: 3, width: 2.79 },
  'gru-original': { column: 0, row: 4, width: narrow },
  'gru-second': { column: 2, row: 4, width: narrow },
  attention: { column: 1, row: 5, width: narrow },
  'gru-fused': { column: 0, row: 6, width: narrow },
  norm: { column: 1, row: 6, width: narrow },
  mlp: { column: 2, row: 6, width: narrow },
  convolution: { column: 2, row: 7, width: narrow },
  biaffine: { column: 0, row: 8, width: narrow },
  convolved: { column: 2, row: 8, width: narrow },
  recurrent: { column: 1, row: 7, width: narrow },
  pointer: { column: 1, row: 8, width: 1.1 },
  tags: { column: 1, row: 8, width: narrow },
  crf: { column: 1, row: 9, width: narrow },
  entities: { column: 1, row: 10, width: narrow },
};
