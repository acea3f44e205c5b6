import { InputError, quantile, Random } from '../common';
import type { DocumentCounts } from './document-counts';

export interface BootstrapOptions {
  /** Default 10,000: the 2.5 % point then moves by some hundredths of a standard error between seeds. */
  resamples?: number;
  seed?: number;
  /** Of the interval; default 0.95. */
  level?: number;
}

export interface PairedBootstrap {
  /** Micro F1 over all documents. */
  f1: [x: number, y: number];
  /** F1 of x above y's. */
  difference: number;
  /** Percentile interval of the difference. */
  interval: [low: number, high: number];
  /** Two-sided: twice the share of resamples on the far side of 0, counting the observed one, at most 1. */
  p: number;
  level: number;
  resamples: number;
  documents: number;
}

/**
 * Paired bootstrap over documents (Berg-Kirkpatrick, Burkett and Klein 2012): n documents are drawn with replacement, both systems are
 * scored on the same draw, and the micro F1 difference is noted. It asks whether other documents would have told the same, with the
 * trained systems as they are; what another seed would have told is Welch's question.
 */
export function pairedBootstrap(x: DocumentCounts, y: DocumentCounts, options: BootstrapOptions = {}): PairedBootstrap {
  const { resamples = 10_000, seed = 0, level = 0.95 } = options;
  const documents = x.tp.length;
  if (documents === 0 || y.tp.length !== documents) {
    throw new InputError(`a paired bootstrap needs the same documents, one at least, of both systems; found ${documents} and ${y.tp.length}`);
  }
  const table = interleaved(x, y);
  const all = scoresOf(table, Uint32Array.from({ length: documents }, (_, i) => i));
  const random = Random.from(seed, 'paired bootstrap');
  const draw = new Uint32Array(documents);
  const differences = new Float64Array(resamples);
  let below = 0;
  let above = 0;
  for (let sample = 0; sample < resamples; sample++) {
    for (let i = 0; i < documents; i++) draw[i] = random.below(documents);
    const [f1x, f1y] = scoresOf(table, draw);
    differences[sample] = f1x - f1y;
    if (f1x <= f1y) below++;
    if (f1x >= f1y) above++;
  }
  differences.sort();
  return {
    f1: all,
    difference: all[0] - all[1],
    interval: [quantile(differences, (1 - level) / 2), quantile(differences, (1 + level) / 2)],
    p: Math.min(1, (2 * (1 + Math.min(below, above))) / (resamples + 1)),
    level,
    resamples,
    documents,
  };
}

/** Of each document 2 tp and 2 tp + fp + fn of x, then of y: what F1 = 2 tp / (2 tp + fp + fn) adds up. [documents × 4] */
function interleaved(x: DocumentCounts, y: DocumentCounts): Int32Array {
  const table = new Int32Array(4 * x.tp.length);
  [x, y].forEach(({ tp, fp, fn }, side) => {
    for (let i = 0; i < tp.length; i++) {
      table[4 * i + 2 * side] = 2 * tp[i];
      table[4 * i + 2 * side + 1] = 2 * tp[i] + fp[i] + fn[i];
    }
  });
  return table;
}

/** Micro F1 of both over the documents drawn; 0 where there is nothing to find and nothing found, as in `score`. */
function scoresOf(table: Int32Array, draw: Uint32Array): [number, number] {
  let rightX = 0;
  let allX = 0;
  let rightY = 0;
  let allY = 0;
  for (let i = 0; i < draw.length; i++) {
    const at = 4 * draw[i];
    rightX += table[at];
    allX += table[at + 1];
    rightY += table[at + 2];
    allY += table[at + 3];
  }
  return [allX === 0 ? 0 : rightX / allX, allY === 0 ? 0 : rightY / allY];
}
