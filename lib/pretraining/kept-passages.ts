import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { InputError } from '../common';
import { findSources, readPassages, type SourceText } from '../text/files/sources';
import { cleanPassage, unfitness } from './clean';
import { Duplicates, type Bits } from './deduplicate';
import { filesFingerprint, textsFingerprint } from './fingerprint';
import { Guard, type GuardedText } from './guard';
import type { Pace, TextProgress } from './pace';
import { PassageWriter, readStored } from './passage-file';

/** What text is made of, and what must not be in it. */
export interface TextOrigins {
  /** Text files and folders of them. */
  sources: readonly string[];
  /** Further passages, after those of the files: the texts of training splits. */
  passages?: Iterable<GuardedText>;
  /** Documents that are scored, or choose an epoch: no passage may hold one. */
  guarded: Iterable<GuardedText>;
}

/** The same, found and read. */
export interface ListedText {
  files: SourceText[];
  passedOver: string[];
  passages: GuardedText[];
  guarded: GuardedText[];
}

/** What a text was made of, as its record tells it. */
export interface TextInputs {
  files: { name: string; bytes: number }[];
  /** SHA-256 of names, sizes and content; see `filesFingerprint`. */
  filesHash: string;
  /** Passages given by the caller, and guarded documents. */
  passages: number;
  passagesHash: string;
  guarded: number;
  guardedHash: string;
}

/** Passages by what became of them. */
export interface PassageCounts {
  files: number;
  /** Files of other kinds in the folders given. */
  passedOver: number;
  /** Passages found, blank ones not counted: the sum of those left out, by cause, and `kept`. */
  passages: number;
  /** Fewer than 8 Chinese characters. */
  short: number;
  /** Chinese characters are under 30 %. */
  foreign: number;
  /** Holds a guarded document whole. */
  guardedDocuments: number;
  /** Shares 40 or more characters in a row with a guarded document. */
  guardedRuns: number;
  /** Equal to an earlier passage. */
  duplicates: number;
  kept: number;
}

/** @throws InputError on a source that is not there or is no text */
export function listText({ sources, passages = [], guarded }: TextOrigins): ListedText {
  return { ...findSources(sources), passages: [...passages], guarded: [...guarded] };
}

export function textInputs({ files, passages, guarded }: ListedText): TextInputs {
  return {
    files: files.map(({ name, bytes }) => ({ name, bytes })),
    filesHash: filesFingerprint(files),
    passages: passages.length,
    passagesHash: textsFingerprint(passages),
    guarded: guarded.length,
    guardedHash: textsFingerprint(guarded),
  };
}

/** The passages of a text that are fit to be trained on, each once, in their order. They lie on disk. */
export class KeptPassages {
  constructor(private readonly file: string, private readonly bytes: number, private readonly repeated: Bits, readonly counts: PassageCounts) {}

  /** Hands each to `use`; now and then it reports, under the name of `phase`, and gives the process its turn. */
  async each(phase: TextProgress['phase'], pace: Pace, use: (text: string, heldOut: boolean) => void): Promise<void> {
    let number = 0;
    let done = 0;
    await pace.turn(phase, 0, this.bytes);
    for (const { text, heldOut, bytes } of readStored(this.file)) {
      if (!this.repeated.get(number++)) use(text, heldOut);
      done += bytes;
      if (pace.due()) await pace.turn(phase, done, this.bytes);
    }
  }
}

export interface HoldingOut {
  /** Share of passages that is held out. */
  heldOut: number;
  /** Decides which. */
  seed: number | string;
}

/**
 * Cleans a text's passages, leaves out what is unfit or holds a guarded document, stores the others in the folder `work`, and
 * finds what of them is there twice.
 *
 * @throws InputError where nothing is left
 */
export async function keepPassages(work: string, { files, passedOver, passages, guarded }: ListedText, { heldOut, seed }: HoldingOut, pace: Pace): Promise<KeptPassages> {
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
    const hash = createHash('sha256').update(`${seed}\u0000${text}`).digest();
    duplicates.add(hash);
    // Bytes that tell no duplicates apart, so that which passages are held out depends on nothing else.
    writer.add(text, hash.readUIntBE(16, 6) < heldOut * 2 ** 48);
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
  const kept = repeated.length - repeated.ones;
  if (kept === 0) {
    throw new InputError(`pre-training text: of ${counts.passages} passages none is left: ${counts.short} short, ${counts.foreign} not Chinese, ${counts.guardedDocuments + counts.guardedRuns} guarded.`);
  }
  return new KeptPassages(file, writer.length, repeated, { ...counts, duplicates: repeated.ones, kept });
}
