import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import * as path from 'node:path';
import { canonicalJson, codePointLength, displayPath, InputError, sha256, sha256File, writeJson } from '../common';
import { Vocabulary } from '../text';
import { cleanPassage, unfitness } from './clean';
import { Duplicates, type Bits } from './deduplicate';
import { filesFingerprint, textsFingerprint } from './fingerprint';
import { Guard, type GuardedText } from './guard';
import { makeFolder } from './made-folder';
import { Pace, type TextProgress } from './pace';
import { packedFormat, partFile, readMeta, textParts, type PartCounts, type TextMeta, type TextPart } from './packed-text';
import { Packer } from './packer';
import { idBits, PassageEncoder } from './passage-encoder';
import { PassageWriter, readStored } from './passage-file';
import { findSources, readPassages, type SourceText } from './sources';
import { subVocabulary, TokenCounts, type SubVocabularyOptions } from './vocabulary';

export * from './packed-text';
export type { TextProgress } from './pace';

/** A published vocabulary of which the part that the text uses is taken. */
export interface VocabularyOf extends SubVocabularyOptions {
  /** `vocab.txt` of the published encoder. */
  full: string;
}

export interface PrepareOptions {
  /** Text files and folders of them. */
  sources: readonly string[];
  /** Further passages, after those of the files: the texts of training splits. */
  passages?: Iterable<GuardedText>;
  /** Documents that are scored, or choose an epoch: no passage may hold one. */
  guarded: Iterable<GuardedText>;
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
  files: SourceText[];
  passedOver: string[];
  passages: GuardedText[];
  guarded: GuardedText[];
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
  const { files, passedOver } = findSources(options.sources);
  const passages = [...(options.passages ?? [])];
  const guarded = [...options.guarded];
  const full = vocabulary instanceof Vocabulary ? vocabulary : Vocabulary.fromFile(vocabulary.full);
  const sub = vocabulary instanceof Vocabulary ? null : { size: vocabulary.size, minCount: vocabulary.minCount };
  const most = Math.min(full.size, sub?.size ?? Infinity);
  if (most > idBits) throw new InputError(`pre-training text: a vocabulary of ${most} tokens; a packed token has room for ${idBits}. Take the part that the text uses: a size of at most ${idBits}.`);
  const determined = {
    format: packedFormat,
    length,
    seed,
    heldOut,
    inputs: {
      files: files.map(({ name, bytes }) => ({ name, bytes })),
      filesHash: filesFingerprint(files),
      passages: passages.length,
      passagesHash: textsFingerprint(passages),
      guarded: guarded.length,
      guardedHash: textsFingerprint(guarded),
    },
  };
  const key = sha256(canonicalJson({ ...determined, full: full.tokens, sub }));
  return { options, files, passedOver, passages, guarded, full, sub, inputs: { ...determined, key } };
}

/** Cleaned passages in a file, and which of them repeat an earlier one. */
interface Stored {
  file: string;
  bytes: number;
  repeated: Bits;
}

/** Makes the folder's files, `meta.json` last. */
async function fill(folder: string, plan: Plan): Promise<void> {
  const pace = new Pace(plan.options);
  const work = path.join(folder, 'work');
  mkdirSync(work);
  const { counts, ...stored } = await gather(work, plan, pace);
  if (counts.kept === 0) {
    throw new InputError(`pre-training text: of ${counts.passages} passages none is left: ${counts.short} short, ${counts.foreign} not Chinese, ${counts.guardedDocuments + counts.guardedRuns} guarded.`);
  }
  const vocabulary = plan.sub === null ? plan.full : await countVocabulary(stored, plan.full, plan.sub, pace);
  const vocabularyFile = path.join(folder, 'vocab.txt');
  vocabulary.save(vocabularyFile);
  const parts = await pack(folder, stored, vocabulary, plan.inputs.length, pace);
  rmSync(work, { recursive: true });
  const meta: TextMeta = { ...plan.inputs, vocabulary: { sha256: sha256File(vocabularyFile), size: vocabulary.size }, counts, parts };
  writeJson(path.join(folder, 'meta.json'), meta);
}

/** Stores what is fit to be trained on, and finds what of it is there twice. */
async function gather(work: string, { options, files, passedOver, passages, guarded, inputs }: Plan, pace: Pace): Promise<Stored & { counts: TextMeta['counts'] }> {
  const counts = { files: files.length, passedOver: passedOver.length, passages: 0, short: 0, foreign: 0, guardedDocuments: 0, guardedRuns: 0 };
  const guard = new Guard(guarded);
  const duplicates = new Duplicates(work);
  const file = path.join(work, 'passages');
  const writer = new PassageWriter(file);
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  const take = (raw: string): void => {
    const text = cleanPassage(raw);
    if (text === '') return;
    counts.passages++;
    const unfit = unfitness(text);
    if (unfit !== null) return void counts[unfit]++;
    const match = guard.find(text);
    if (match !== null) return void counts[match.kind === 'document' ? 'guardedDocuments' : 'guardedRuns']++;
    const hash = createHash('sha256').update(`${options.seed}\u0000${text}`).digest();
    duplicates.add(hash);
    // Bytes that tell no duplicates apart, so that which passages are held out depends on nothing else.
    writer.add(text, hash.readUIntBE(16, 6) < inputs.heldOut * 2 ** 48);
  };
  try {
    await pace.turn('reading', 0, total);
    for (const source of files) {
      for (const raw of readPassages(source, (bytes) => (done += bytes))) {
        take(raw);
        if (pace.due()) await pace.turn('reading', done, total);
      }
    }
    for (const { text } of passages) {
      take(text);
      if (pace.due()) await pace.turn('reading', done, total);
    }
  } finally {
    writer.close();
    duplicates.close();
  }
  const repeated = await duplicates.resolve((bucket, buckets) => pace.turn('duplicates', bucket, buckets));
  return { file, bytes: writer.length, repeated, counts: { ...counts, duplicates: repeated.ones, kept: repeated.length - repeated.ones } };
}

/** Passes over the stored passages that are kept. */
async function eachKept({ file, bytes: total, repeated }: Stored, phase: TextProgress['phase'], pace: Pace, use: (text: string, heldOut: boolean) => void): Promise<void> {
  let number = 0;
  let done = 0;
  await pace.turn(phase, 0, total);
  for (const { text, heldOut, bytes } of readStored(file)) {
    if (!repeated.get(number++)) use(text, heldOut);
    done += bytes;
    if (pace.due()) await pace.turn(phase, done, total);
  }
}

async function countVocabulary(stored: Stored, full: Vocabulary, options: SubVocabularyOptions, pace: Pace): Promise<Vocabulary> {
  const counts = new TokenCounts(full);
  // Of the training part alone: a held-out passage is as unseen as any other text.
  await eachKept(stored, 'counting', pace, (text, heldOut) => {
    if (!heldOut) counts.add(text);
  });
  return subVocabulary(counts, options).vocabulary;
}

async function pack(folder: string, stored: Stored, vocabulary: Vocabulary, length: number, pace: Pace): Promise<Record<TextPart, PartCounts>> {
  const encoder = new PassageEncoder(vocabulary);
  const packers = textParts.map((part) => new Packer(partFile(folder, part), length, vocabulary));
  const counts = textParts.map(() => ({ passages: 0, sequences: 0, tokens: 0, unknown: 0, characters: 0 }));
  try {
    await eachKept(stored, 'packing', pace, (text, heldOut) => {
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
