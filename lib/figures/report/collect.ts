import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { InputError, displayPath } from '../../common';
import type { Figure } from '../theme';
import type { AuditRow } from './audit';
import type { ReportRecord } from './record';

/** A table as an experiment wrote it: text cells, rounded as they are to be read. */
export interface ReportTable {
  title: string;
  columns: { header: string; align?: 'right' }[];
  rows: string[][];
  footnotes: string[];
}

/** One experiment on one corpus at one scale, or one that knows neither. */
export interface ReportSection {
  experiment: string;
  /** Its files' name: one an experiment. */
  base: string;
  /** What of several things it shows, such as a model. */
  subject?: string;
  corpus?: string;
  profile?: string;
  /** `a.b=c` assignments; absent in older results, which do not tell them. */
  set?: string[];
  command: string;
  tables: ReportTable[];
  /** For each row of each table: the keys of the runs behind it, as far as the results tell. */
  runsOfRows: string[][][];
  records: ReportRecord[];
  /** Of the paper audit: every check, consistent ones too. */
  audit?: AuditRow[];
  /** Path of the figure's files without extension, what they show, and its picture (SVG); absent where there is no such figure. */
  figure?: { path: string; figure: Figure; picture?: string };
}

/** A row of an experiment's numbers, with the runs that gave them. */
interface ResultRow {
  label?: string;
  runs?: { key: string }[];
}

interface ResultFile {
  experiment: string;
  subject?: string;
  /** Absent in older results. */
  command?: string;
  corpus?: string;
  profile?: string;
  set?: string[];
  tables: ReportTable[];
  seeds?: number[];
  rows?: ResultRow[];
}

/** What was set otherwise than the profile has it, as the files' name says: what stands behind the profile in it. */
export function settingName({ base, profile, set = [] }: Pick<ReportSection, 'base' | 'profile' | 'set'>): string | undefined {
  const at = profile === undefined ? -1 : base.lastIndexOf(`-${profile}-`);
  return at < 0 ? set.join(', ') || undefined : base.slice(at + profile!.length + 2);
}

/** Everything that experiments wrote below `results` and `figures`, sorted by experiment, corpus and profile. */
export function collectSections(results: string, figures: string): ReportSection[] {
  return resultFiles(results).flatMap((file) => readSection(results, figures, file) ?? []);
}

/** JSON files one folder below, as FOLDER/NAME.json, sorted. */
export function resultFiles(results: string): string[] {
  const folders = existsSync(results) ? readdirSync(results, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  return folders
    .flatMap(({ name }) => readdirSync(path.join(results, name)).filter((file) => file.endsWith('.json')).map((file) => path.join(name, file)))
    .sort();
}

export function readResult(file: string): unknown {
  return parse(readFileSync(file, 'utf8'), displayPath(file));
}

/** Undefined for JSON that is no experiment's result: other folders (runs, notebooks) lie beside them. */
function readSection(results: string, figures: string, name: string): ReportSection | undefined {
  const result = readResult(path.join(results, name)) as Partial<ResultFile>;
  const { experiment, subject, corpus, profile, set, tables } = result;
  if (!experiment || !Array.isArray(tables)) return undefined;
  const base = name.replace(/\.json$/, '');
  return {
    experiment,
    base: path.basename(base),
    subject,
    corpus,
    profile,
    set,
    command: result.command ?? [
      'npx medner experiment', experiment,
      ...(corpus ? ['--corpus', corpus] : []),
      ...(profile ? ['--profile', profile] : []),
      ...(result.seeds ? ['--seeds', result.seeds.join(',')] : []),
    ].join(' '),
    tables,
    runsOfRows: runsOfRows(tables, result.rows ?? []),
    records: readRecords(path.join(results, `${base}.records.jsonl`)),
    audit: experiment === 'paper-audit' ? (result.rows as AuditRow[] | undefined) : undefined,
    figure: readFigure(path.join(figures, base)),
  };
}

/** A table's row has the runs of the numbers whose label it begins with; without labels, rows of the first table go by their place. */
function runsOfRows(tables: readonly ReportTable[], numbers: readonly ResultRow[]): string[][][] {
  const keys = numbers.map(({ runs }) => (Array.isArray(runs) ? runs.map(({ key }) => key) : []));
  const labelled = new Map(numbers.flatMap(({ label }, i) => (label && keys[i].length ? [[label, keys[i]] as const] : [])));
  return tables.map(({ rows }, table) =>
    rows.map(([first], i) => labelled.get(first) ?? (table === 0 && labelled.size === 0 && numbers.length === rows.length ? keys[i] : [])));
}

function readRecords(file: string): ReportRecord[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  const records = lines.map((line, i) => parse(line, `${displayPath(file)}, line ${i + 1}`) as ReportRecord);
  // Rows that share a run name it twice.
  return [...new Map(records.map((record) => [record.key, record])).values()];
}

function readFigure(base: string): ReportSection['figure'] {
  if (!existsSync(`${base}.json`)) return undefined;
  const picture = existsSync(`${base}.svg`) ? readFileSync(`${base}.svg`, 'utf8') : undefined;
  return { path: displayPath(base), figure: readResult(`${base}.json`) as Figure, picture };
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${where}: expected JSON, found ${error instanceof Error ? error.message : String(error)}; run the experiment again`);
  }
}
