import type { Random } from '../common';
import type { MaskingConfig } from './config';

/** Ids that masking must know. */
export interface MaskingVocabulary {
  size: number;
  mask: number;
  /** [PAD], [CLS], [SEP]: never hidden, and no random token is one of them. */
  special: ReadonlySet<number>;
}

/** A word of as many tokens that stands in the same contexts, if there is one. */
export type SimilarWord = (ids: Int32Array) => readonly number[] | undefined;

/** Sequences as the model sees them, and what it must guess. */
export interface MaskedBatch {
  /** [count · length] */
  inputs: Int32Array;
  /** Indices into `inputs` of the tokens to be guessed, in order. */
  positions: Int32Array;
  /** The tokens that stood there. */
  labels: Int32Array;
}

/** MacBERT's probabilities of runs of 1, 2, 3, 4 words. */
const ngramShares = [0.4, 0.3, 0.2, 0.1];

/**
 * Dynamic masking (Liu et al. 2019): equal sequences are masked anew each time they come. In each sequence words are drawn without
 * replacement until their tokens reach `share` of those that can be hidden; the word that would go beyond is taken with the
 * probability that makes the mean share exact.
 *
 * @param ids [count · length] whole sequences
 * @param continues 1 where a token continues the word before it, aligned with `ids`
 */
export function maskSequences(
  ids: Int32Array,
  continues: Uint8Array,
  length: number,
  config: MaskingConfig,
  vocabulary: MaskingVocabulary,
  random: Random,
  similar?: SimilarWord,
): MaskedBatch {
  const inputs = ids.slice();
  const positions: number[] = [];
  for (let from = 0; from < ids.length; from += length) {
    const units = unitsOf(ids, continues, from, from + length, config.wholeWords, vocabulary);
    for (const unit of chooseUnits(units, config, random)) {
      hide(inputs, unit, config, vocabulary, random, similar);
      for (let at = unit.start; at < unit.end; at++) positions.push(at);
    }
  }
  const ordered = Int32Array.from(positions).sort();
  return { inputs, positions: ordered, labels: ordered.map((at) => ids[at]) };
}

/** Tokens [start, end) that are hidden together. */
interface Unit {
  start: number;
  end: number;
}

function unitsOf(ids: Int32Array, continues: Uint8Array, from: number, to: number, wholeWords: boolean, { special }: MaskingVocabulary): Unit[] {
  const units: Unit[] = [];
  for (let at = from; at < to; at++) {
    if (special.has(ids[at])) continue;
    const last = units[units.length - 1];
    if (wholeWords && continues[at] && last?.end === at) last.end = at + 1;
    else units.push({ start: at, end: at + 1 });
  }
  return units;
}

function chooseUnits(units: readonly Unit[], { share, ngrams }: MaskingConfig, random: Random): Unit[] {
  const tokens = units.reduce((sum, { start, end }) => sum + end - start, 0);
  let wanted = tokens * share;
  const chosen: Unit[] = [];
  const taken = new Uint8Array(units.length);
  for (const first of random.shuffled(units.map((_, index) => index))) {
    const run = ngrams ? drawLength(random) : 1;
    for (let index = first; index < first + run && index < units.length && !taken[index]; index++) {
      const size = units[index].end - units[index].start;
      const last = size > wanted;
      if (!last || random.uniform() * size < wanted) {
        taken[index] = 1;
        chosen.push(units[index]);
      }
      if (last) return chosen;
      wanted -= size;
    }
  }
  return chosen;
}

function drawLength(random: Random): number {
  let left = random.uniform();
  const index = ngramShares.findIndex((share) => (left -= share) < 0);
  return index < 0 ? ngramShares.length : index + 1;
}

/** BERT's 80-10-10, token by token; a similar word replaces the whole word or nothing of it. */
function hide(inputs: Int32Array, { start, end }: Unit, { replacement }: MaskingConfig, vocabulary: MaskingVocabulary, random: Random, similar?: SimilarWord): void {
  if (replacement === 'similar') {
    const draw = random.uniform();
    if (draw >= 0.9) return;
    const word = draw < 0.8 ? similar?.(inputs.slice(start, end)) : undefined;
    for (let at = start; at < end; at++) inputs[at] = word ? word[at - start] : randomToken(vocabulary, random);
    return;
  }
  for (let at = start; at < end; at++) {
    const draw = random.uniform();
    if (draw < 0.8) inputs[at] = vocabulary.mask;
    else if (draw < 0.9) inputs[at] = randomToken(vocabulary, random);
  }
}

function randomToken({ size, mask, special }: MaskingVocabulary, random: Random): number {
  for (;;) {
    const id = random.below(size);
    if (id !== mask && !special.has(id)) return id;
  }
}
