import type { Vocabulary } from '../text';
import { AppendFile } from './append-file';
import { idBits } from './passage-encoder';

/**
 * Lays passages end to end in sequences of `length` tokens, as RoBERTa's FULL-SENTENCES (Liu et al. 2019, section 4.2): a
 * sequence is [CLS] … [SEP]; a passage that does not fit goes on in the next one; [SEP] parts it from the passage before.
 * A sequence with no room for [SEP] and a token of the next passage, and the last one, end in [PAD].
 */
export class Packer {
  private readonly file: AppendFile;
  private readonly row: Buffer;
  private used = 1;
  sequences = 0;
  /** Tokens of passages, without [CLS], [SEP] and [PAD]. */
  tokens = 0;

  constructor(file: string, readonly length: number, private readonly vocabulary: Vocabulary) {
    this.file = new AppendFile(file, 1 << 20);
    this.row = Buffer.alloc(2 * length);
    this.put(0, vocabulary.cls);
  }

  /** @param begins whether the tokens begin a passage, or go on with the last one */
  add(tokens: Uint16Array, begins: boolean): void {
    if (tokens.length === 0) return;
    if (begins && this.used > 1) {
      if (this.used + 2 < this.length) this.put(this.used++, this.vocabulary.sep);
      else this.endSequence();
    }
    for (const token of tokens) {
      if (this.used === this.length - 1) this.endSequence();
      // The word's beginning is in another sequence: here the token begins one.
      this.put(this.used, this.used === 1 ? token & idBits : token);
      this.used++;
    }
    this.tokens += tokens.length;
  }

  /** Writes the last sequence. */
  finish(): void {
    if (this.used > 1) this.endSequence();
    this.file.close({ sync: true });
  }

  close(): void {
    this.file.close();
  }

  private endSequence(): void {
    this.put(this.used++, this.vocabulary.sep);
    while (this.used < this.length) this.put(this.used++, this.vocabulary.pad);
    this.file.write(this.row);
    this.sequences++;
    this.used = 1;
  }

  private put(at: number, token: number): void {
    this.row.writeUInt16LE(token, 2 * at);
  }
}
