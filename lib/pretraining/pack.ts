import { mkdirSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { canonicalJson, codePointLength, displayPath, InputError, sha256, sha256File, writeJson } from '../common';
import { Vocabulary } from '../text';
import { keepPassages, listText, textInputs, type KeptPassages, type ListedText, type TextOrigins } from './kept-passages';
import { makeFolder } from './made-folder';
import { Pace, type TextProgress } from './pace';
import { packedFormat, partFile, readMeta, textParts, type PartCounts, type TextMeta, type TextPart } from './packed-text';
import { Packer } from './packer';
import { idBits, PassageEncoder } from './passage-encoder';
import { subVocabulary, TokenCounts, type SubVocabularyOptions } from './vocabulary';

export * from './packed-text';
export type { TextProgress } from './pace';

/** A published vocabulary of which the part that the text uses is taken. */
export interface VocabularyOf extends SubVocabularyOptions {
  /** `vocab.txt` of the published encoder. */
  full: string;
}

export interface PrepareOptions extends TextOrigins {
  vocabulary: Vocabulary | VocabularyOf;
  /** Tokens of a sequence. */
  length: number;
  /** Share of passages that is held out. Default 0.01. */
  heldOut?: number;
  /** Decides which passages are held out. */
  seed: number | string;
  /** Where prepared texts lie, each in a folder of its own. */
  folder: string;
  onProgress?: (progress: TextProgress) => void;
  signal?: AbortSignal;
}

export interface PreparedText {
  folder: string;
  meta: TextMeta;
  vocabulary: Vocabulary;
  /** Whether it was there already. */
  readBack: boolean;
}

type Inputs = Omit<TextMeta, 'counts' | 'parts' | 'vocabulary'>;

/** Everything that decides the outcome, read and checked before anything is written. */
interface Plan {
  options: PrepareOptions;
  text: ListedText;
  full: Vocabulary;
  /** Null where the whole vocabulary is used. */
  sub: SubVocabularyOptions | null;
  inputs: Inputs;
}

/**
 * Text as pre-training reads it: cleaned, without duplicates and guarded documents, tokenised, packed in sequences. It
 * streams from disk to disk: memory does not grow with the text, but for a bit a passage. A text prepared before with equal
 * options from equal inputs is read back.
 *
 * @throws InputError on a file that cannot be read as it stands; Interrupted when the signal is aborted
 */
export async function prepareText(options: PrepareOptions): Promise<PreparedText> {
  const plan = makePlan(options);
  const folder = path.join(options.folder, plan.inputs.key.slice(0, 16));
  const made = await makeFolder(folder, path.join(folder, 'meta.json'), (work) => fill(work, plan));
  const meta = readMeta(folder);
  const vocabularyFile = path.join(folder, 'vocab.txt');
  const vocabulary = Vocabulary.fromFile(vocabularyFile);
  if (sha256File(vocabularyFile) !== meta.vocabulary.sha256) {
    throw new InputError(`${displayPath(vocabularyFile)}: is not the one that the text was packed with. Remove the folder and prepare the text again.`);
  }
  return { folder, meta, vocabulary, readBack: !made };
}

function makePlan(options: PrepareOptions): Plan {
  const { length, heldOut = 0.01, seed, vocabulary } = options;
  if (!Number.isInteger(length) || length < 8 || length > 65_536) throw new InputError(`pre-training text: a length of ${length} tokens; it is a whole number from 8 to 65536, [CLS] and [SEP] included.`);
  if (!(heldOut >= 0 && heldOut <= 0.5)) throw new InputError(`pre-training text: a held-out share of ${heldOut}; it is a number from 0 to 0.5.`);
  const text = listText(options);
  const full = vocabulary instanceof Vocabulary ? vocabulary : Vocabulary.fromFile(vocabulary.full);
  const sub = vocabulary instanceof Vocabulary ? null : { size: vocabulary.size, minCount: vocabulary.minCount };
  const most = Math.min(full.size, sub?.size ?? Infinity);
  if (most > idBits) throw new InputError(`pre-training text: a vocabulary of ${most} tokens; a packed token has room for ${idBits}. Take the part that the text uses: a size of at most ${idBits}.`);
  const determined = { format: packedFormat, length, seed, heldOut, inputs: textInputs(text) };
  const key = sha256(canonicalJson({ ...determined, full: full.tokens, sub }));
  return { options, text, full, sub, inputs: { ...determined, key } };
}

/** Makes the folder's files, `meta.json` last. */
async function fill(folder: string, { options, text, full, sub, inputs }: Plan): Promise<void> {
  const pace = new Pace(options);
  const work = path.join(folder, 'work');
  mkdirSync(work);
  const kept = await keepPassages(work, text, inputs, pace);
  const vocabulary = sub === null ? full : await countVocabulary(kept, full, sub, pace);
  const vocabularyFile = path.join(folder, 'vocab.txt');
  vocabulary.save(vocabularyFile);
  const parts = await pack(folder, kept, vocabulary, inputs.length, pace);
  rmSync(work, { recursive: true });
  const meta: TextMeta = { ...inputs, vocabulary: { sha256: sha256File(vocabularyFile), size: vocabulary.size }, counts: kept.counts, parts };
  writeJson(path.join(folder, 'meta.json'), meta);
}

async function countVocabulary(kept: KeptPassages, full: Vocabulary, options: SubVocabularyOptions, pace: Pace): Promise<Vocabulary> {
  const counts = new TokenCounts(full);
  // Of the training part alone: a held-out passage is as unseen as any other text.
  await kept.each('counting', pace, (text, heldOut) => {
    if (!heldOut) counts.add(text);
  });
  return subVocabulary(counts, options);
}

async function pack(folder: string, kept: KeptPassages, vocabulary: Vocabulary, length: number, pace: Pace): Promise<Record<TextPart, PartCounts>> {
  const encoder = new PassageEncoder(vocabulary);
  const packers = textParts.map((part) => new Packer(partFile(folder, part), length, vocabulary));
  const counts = textParts.map(() => ({ passages: 0, sequences: 0, tokens: 0, unknown: 0, characters: 0 }));
  try {
    await kept.each('packing', pace, (text, heldOut) => {
      const part = heldOut ? 1 : 0;
      const before = encoder.unknown;
      let begins = true;
      for (const tokens of encoder.encode(text)) {
        packers[part].add(tokens, begins);
        begins = false;
      }
      counts[part].passages++;
      counts[part].characters += codePointLength(text);
      counts[part].unknown += encoder.unknown - before;
    });
    packers.forEach((packer) => packer.finish());
  } finally {
    packers.forEach((packer) => packer.close());
  }
  packers.forEach(({ sequences, tokens }, i) => Object.assign(counts[i], { sequences, tokens }));
  return { train: counts[0], heldout: counts[1] };
}
