import { Segmenter, Tokenizer, type Vocabulary } from '../text';

/** Bit 15 of a packed token: it continues the word that the token before it belongs to. */
export const continuesBit = 0x8000;
/** Bits 0-14: the token's id. */
export const idBits = 0x7fff;

/** UTF-16 units that are tokenised at once; a longer passage is cut after a sentence. */
const pieceUnits = 16_384;

/** Tokens of passages with their whole words, for whole-word masking: words are jieba's, pieces of WordPiece belong together. */
export class PassageEncoder {
  private readonly tokenizer: Tokenizer;
  private readonly segmenter = new Segmenter();
  private readonly special: ReadonlySet<number>;
  private wordStarts = new Uint8Array(pieceUnits + 1);
  private packed = new Uint16Array(1 << 12);
  /** [UNK] among the tokens so far. */
  unknown = 0;

  constructor(private readonly vocabulary: Vocabulary) {
    this.tokenizer = new Tokenizer(vocabulary);
    this.special = new Set([vocabulary.pad, vocabulary.cls, vocabulary.sep, vocabulary.mask]);
  }

  /** The passage's packed tokens, piece by piece; a piece is valid until the next is taken. */
  *encode(text: string): Generator<Uint16Array> {
    for (const piece of cutPieces(text)) yield this.encodePiece(piece);
  }

  private encodePiece(text: string): Uint16Array {
    const { vocabulary, wordStarts } = this;
    wordStarts.fill(0, 0, text.length + 1);
    for (const { start } of this.segmenter.segment(text)) wordStarts[start] = 1;
    const tokens = this.tokenizer.encode(text);
    if (tokens.length > this.packed.length) this.packed = new Uint16Array(2 * tokens.length);
    for (let i = 0; i < tokens.length; i++) {
      const { token, start } = tokens[i];
      // [MASK] and its like, written out in a text, mean nothing there and would be taken for the sequence's own.
      const id = this.special.has(tokens[i].id) ? vocabulary.unk : tokens[i].id;
      if (id === vocabulary.unk) this.unknown++;
      const continues = i > 0 && (wordStarts[start] === 0 || token.startsWith('##'));
      this.packed[i] = continues ? id | continuesBit : id;
    }
    return this.packed.subarray(0, tokens.length);
  }
}

/** A text in pieces of bounded size, cut after the last end of a sentence or line of each piece's second half if it has one. */
export function* cutPieces(text: string, most = pieceUnits): Generator<string> {
  let from = 0;
  while (text.length - from > most) {
    let cut = from + most;
    while (cut > from + most / 2 && !/[。！？；\n]/.test(text[cut - 1])) cut--;
    if (cut <= from + most / 2) {
      cut = from + most;
      if (/[\udc00-\udfff]/.test(text[cut])) cut--;
    }
    yield text.slice(from, cut);
    from = cut;
  }
  if (from < text.length) yield text.slice(from);
}
