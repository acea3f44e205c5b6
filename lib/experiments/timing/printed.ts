import reported from '../../../data/papers/reported.json';
import { paperDataset } from '../paper';
import { bandSpeedup } from './amdahl';
import type { Kind } from './measure';

/** Seconds an epoch that paper B prints (Table 7, an RTX 4070 Ti). */
export type PrintedTimes = Record<Kind, number>;

const table = reported.other['da-rw-egp/Table 7'];

export const printedDatasets = ['CMeEE-V2', 'CCKS2020'] as const;
export type PrintedDataset = (typeof printedDatasets)[number];

/** The data set of Table 7 that belongs to a corpus, if any. */
export function printedDataset(corpus: string): PrintedDataset | undefined {
  const dataset = paperDataset(corpus);
  return printedDatasets.find((name) => name === dataset);
}

/** What Table 7 prints for a model on a data set. */
export function printedTimes(model: string, dataset: PrintedDataset): PrintedTimes {
  const row = table.find((one) => one.model === model);
  if (!row) throw new Error(`data/papers/reported.json: Table 7 has no row ${model}`);
  return dataset === 'CMeEE-V2'
    ? { training: row.cmeee_train_s, validation: row.cmeee_valid_s }
    : { training: row.ccks2020_train_s, validation: row.ccks2020_valid_s };
}

/** What the paper pads every window to (Table 2), and its best k on CMeEE-V2 (Fig. 9). */
export const printedMask = { n: 256, k: 43 };

/** The speed-up of the span stage if its time went down with the spans that the mask leaves: by 69 %, the "70 %" that section 5.4 expected. */
export const maskSpeedup = bandSpeedup(printedMask.n, printedMask.k);
