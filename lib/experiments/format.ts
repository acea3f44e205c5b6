import type { BackendInfo } from '../backend';
import type { Part, SplitRecord } from './data';
import type { Spread } from './statistics';

/** A fraction as percent with two decimals, as the papers print scores. */
export const percent = (share: number): string => (100 * share).toFixed(2);

/** Mean ± sample deviation in percent. */
export const percentSpread = ({ mean, deviation }: Spread): string => percent(mean) + (deviation === undefined ? '' : ` ± ${percent(deviation)}`);

/** A difference of fractions in points, with its sign. */
export const points = (difference: number): string => `${difference < 0 ? '−' : '+'}${percent(Math.abs(difference))}`;

export const count = (value: number): string => value.toLocaleString('en-US');

/** In a cell that has nothing to say. */
export const none = '–';

/** A probability; below a thousandth its size tells nothing more. */
export const pValue = (p: number | null | undefined): string => (p == null ? none : p < 0.001 ? '<0.001' : p.toFixed(3));

/** The same in a sentence. */
export const pText = (p: number): string => (p < 0.001 ? 'p < 0.001' : `p = ${p.toFixed(3)}`);

/** The footnote on assignments that change every run of a table, where there are any. */
export const setNotes = (set: readonly string[]): string[] => (set.length ? [`Set for this table: ${set.join(', ')}.`] : []);

/** What was trained on, what chose the epoch, and what was scored. */
export const partsText = ({ train, tuning, scored }: Record<Part, SplitRecord>): string =>
  `Trained on ${count(train.documents)} documents, epoch chosen on ${count(tuning.documents)}, scored on ${count(scored.documents)} (${scored.source}; ${count(scored.entities)} entities).`;

/** What computed. */
export const backendText = ({ name, device, versions }: BackendInfo): string =>
  `Backend ${name} (${device}; ${Object.entries(versions).map(([part, version]) => `${part} ${version}`).join(', ')})`;

/** What a corpus's reader has to say of it, as footnotes. */
export const corpusNotes = (corpus: string, notes: readonly string[]): string[] => notes.map((note) => `${corpus}: ${note}.`);
