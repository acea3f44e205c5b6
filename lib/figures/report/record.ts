/**
 * What the report shows of a run record (experiments/record.ts). Most fields may be missing: records of other versions, and of experiments
 * to come, are shown as far as they go, and the report says what they do not tell.
 */
export interface ReportRecord {
  key: string;
  command: string;
  config: { variant: string; seed: number; [field: string]: unknown };
  commit?: { hash: string; dirty: boolean } | null;
  backend?: { name: string; device: string; threads: number; versions: Record<string, string> };
  hardware?: { cpu: string; cores: number; memory: number };
  node?: string;
  parameters?: number;
  seconds?: Record<string, number>;
  /** Bytes. */
  peakMemory?: number;
  peakTensorBytes?: number | null;
  data?: { corpus: string; types?: string[]; parts?: Record<string, SplitRecord>; notes?: string[] };
  augmentation?: { documents?: unknown };
  wordVectors?: { words: number; dimension: number; hash: string } | null;
  lexicon?: { hash?: string };
  training?: { step?: number; resumed?: number; processorSeconds?: number; best?: { epoch: number; score: number } | null };
  scores: { scored: { micro: Score; nested?: Score; flat?: Score; lengths?: Record<string, Score> } };
  /** By `type/length class/nested or flat`. */
  breakdown?: { cells: Record<string, { tp: number; fp: number; fn: number }> };
  /** Gold type → predicted type → how often. */
  errors?: { confusions: Record<string, Record<string, number>> };
  /** SHA-256. */
  predictions?: string;
  weights?: string;
}

export interface SplitRecord {
  source: string;
  documents: number;
  entities: number;
  ids: string;
  content: string;
}

export interface Score {
  precision: number;
  recall: number;
  f1: number;
}

/** The parts of a run's data and the classes of length in the order that readers know; others after them. */
const known = ['train', 'tuning', 'scored', 'short', 'medium', 'long'];

/** Fields in that order: records are stored with sorted keys. */
export function inOrder<T>(fields: Record<string, T> = {}): [string, T][] {
  const place = (name: string): number => (known.includes(name) ? known.indexOf(name) : known.length);
  return Object.entries(fields).sort(([a], [b]) => place(a) - place(b));
}

/** A fact that a record does not hold. */
export const notRecorded = 'not recorded';

export const percentText = (share: number): string => (100 * share).toFixed(2);
export const gibibytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
export const secondsText = (seconds: number): string =>
  seconds < 120 ? `${seconds.toFixed(1)} s` : seconds < 7200 ? `${(seconds / 60).toFixed(1)} min` : `${(seconds / 3600).toFixed(1)} h`;

/** What computed, and where. */
export const backendPlace = ({ name, device, threads }: NonNullable<ReportRecord['backend']>): string => `${name} on ${device}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

export function backendText({ backend }: ReportRecord): string | undefined {
  if (!backend) return undefined;
  const versions = Object.entries(backend.versions).map((pair) => pair.join(' ')).join(', ');
  return `${backendPlace(backend)}${versions ? ` (${versions})` : ''}`;
}

export const hardwareText = ({ hardware }: ReportRecord): string | undefined =>
  hardware && `${hardware.cpu}, ${hardware.cores} cores, ${gibibytes(hardware.memory)}`;

export const commitText = ({ commit }: ReportRecord): string | undefined =>
  commit ? `${commit.hash}${commit.dirty ? ', with uncommitted changes' : ''}` : undefined;

export function secondsOf({ seconds, training }: ReportRecord): string | undefined {
  if (!seconds) return undefined;
  const phases = Object.entries(seconds).map(([phase, value]) => `${phase} ${secondsText(value)}`);
  if (training?.processorSeconds !== undefined) phases.push(`processor time of training ${secondsText(training.processorSeconds)}`);
  return phases.join(', ');
}

export function memoryText({ peakMemory, peakTensorBytes }: ReportRecord): string | undefined {
  if (peakMemory === undefined) return undefined;
  return `${gibibytes(peakMemory)} at most${peakTensorBytes ? `, of which tensors ${gibibytes(peakTensorBytes)}` : ''}`;
}

/** A config as `a.b.c` and value, in the order of the record; what is no text or number as JSON. */
export function configFields(value: unknown, prefix = ''): [string, string][] {
  if (typeof value === 'string' && value) return [[prefix, value]];
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return [[prefix, JSON.stringify(value) ?? notRecorded]];
  const fields = Object.entries(value);
  return fields.length ? fields.flatMap(([name, field]) => configFields(field, prefix ? `${prefix}.${name}` : name)) : [[prefix, '{}']];
}
