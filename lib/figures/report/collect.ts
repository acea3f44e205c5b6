import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { InputError, displayPath } from '../../common';
import type { Figure } from '../theme';

/** A table as an experiment wrote it: text cells, rounded as they are to be read. */
export interface ReportTable {
  title: string;
  columns: { header: string; align?: 'right' }[];
  rows: string[][];
  footnotes: string[];
}

/** What the report shows of a run record; the record itself is embedded whole. */
export interface ReportRecord {
  key: string;
  command: string;
  config: { variant: string; seed: number };
  commit: { hash: string; dirty: boolean } | null;
  backend: { name: string; device: string; threads: number; versions: Record<string, string> };
  hardware: { cpu: string; cores: number; memory: number };
  node: string;
  parameters: number;
  seconds: Record<string, number>;
  /** Bytes. */
  peakMemory: number;
  /** Missing in records from before it was measured. */
  peakTensorBytes?: number | null;
  scores: { scored: { micro: { precision: number; recall: number; f1: number } } };
}

/** One experiment on one corpus at one scale, or one that knows neither. */
export interface ReportSection {
  experiment: string;
  corpus?: string;
  profile?: string;
  command: string;
  tables: ReportTable[];
  /** By the first cell of a row of the first table: the keys of the runs behind it. */
  runsOfRow: Map<string, string[]>;
  records: ReportRecord[];
  /** Path of the figure's files without extension, and what they show; absent where there is no such figure. */
  figure?: { path: string; figure: Figure };
}

interface ResultFile {
  experiment: string;
  corpus?: string;
  profile?: string;
  tables: ReportTable[];
  seeds?: number[];
  rows?: { label?: string; runs?: { key: string }[] }[];
}

/** Everything that experiments wrote below `results` and `figures`, sorted by experiment, corpus and profile. */
export function collectSections(results: string, figures: string): ReportSection[] {
  const experiments = existsSync(results) ? readdirSync(results, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  return experiments
    .flatMap(({ name }) => readdirSync(path.join(results, name)).filter((file) => file.endsWith('.json')).map((file) => path.join(name, file)))
    .sort()
    .flatMap((file) => readSection(results, figures, file) ?? []);
}

/** Undefined for JSON that is no experiment's result: other folders (runs, notebooks) lie beside them. */
function readSection(results: string, figures: string, name: string): ReportSection | undefined {
  const file = path.join(results, name);
  const result = parse(readFileSync(file, 'utf8'), displayPath(file)) as Partial<ResultFile>;
  const { experiment, corpus, profile, tables } = result;
  if (!experiment || !Array.isArray(tables)) return undefined;
  const base = name.replace(/\.json$/, '');
  const lines = path.join(results, `${base}.records.jsonl`);
  const records = existsSync(lines)
    ? readFileSync(lines, 'utf8').split('\n').filter(Boolean).map((line, i) => parse(line, `${displayPath(lines)}, line ${i + 1}`) as ReportRecord)
    : [];
  const described = path.join(figures, `${base}.json`);
  const figure = existsSync(described) ? (parse(readFileSync(described, 'utf8'), displayPath(described)) as Figure) : undefined;
  return {
    experiment,
    corpus,
    profile,
    command: [
      'npx medner experiment', experiment,
      ...(corpus ? ['--corpus', corpus] : []),
      ...(profile ? ['--profile', profile] : []),
      ...(result.seeds ? ['--seeds', result.seeds.join(',')] : []),
    ].join(' '),
    tables,
    runsOfRow: new Map((result.rows ?? []).flatMap(({ label, runs }) => (label && runs ? [[label, runs.map(({ key }) => key)] as const] : []))),
    // Rows that share a run name it twice.
    records: [...new Map(records.map((record) => [record.key, record])).values()],
    figure: figure && { path: displayPath(described).replace(/\.json$/, ''), figure },
  };
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${where}: expected JSON, found ${error instanceof Error ? error.message : String(error)}; run the experiment again`);
  }
}
