import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { backendInfo } from '../lib/backend';
import type { BenchRow } from '../lib/cli/bench';
import { processorFeatures, writeFileAtomic, writeJson } from '../lib/common';
import { right, toMarkdown } from '../lib/experiments';

/** What rows were measured on. */
interface Machine {
  cpu: string;
  cores: number;
  /** Instruction sets that decide how fast matrix products are. */
  extensions: string[];
  node: string;
  backend: string;
  threads: number;
}

interface BenchResult {
  bench: string;
  machine: Machine;
  rows: BenchRow[];
}

/** What a reader of a bench's rows should know. */
const notes: Record<string, string> = {
  notebooks: "A notebook's seconds are its own while others run beside it; the last row is all of them by the clock.",
};

/**
 * Adds rows to a bench's table in `folder`: `NAME-cpu.json` and `.md`, or `NAME-cuda.*` for a GPU. Rows of the same case and
 * metric are replaced; a table from another machine, and by a bench of which nothing was left out, is replaced whole.
 * @param whole nothing was left out
 * @returns the Markdown file
 */
export function saveResult(folder: string, bench: string, rows: readonly BenchRow[], whole = false): string {
  const file = path.join(folder, `${bench}-${onGpu() ? 'cuda' : 'cpu'}`);
  const result: BenchResult = { bench, machine: machine(), rows: [...rows] };
  if (!whole && existsSync(`${file}.json`)) {
    const old = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as BenchResult;
    const key = (row: BenchRow): string => `${row.case}\n${row.metric}`;
    const measured = new Set(rows.map(key));
    if (JSON.stringify(old.machine) === JSON.stringify(result.machine)) result.rows = [...old.rows.filter((row) => !measured.has(key(row))), ...rows];
  }
  mkdirSync(folder, { recursive: true });
  writeJson(`${file}.json`, result);
  writeFileAtomic(`${file}.md`, markdown(result));
  return `${file}.md`;
}

function markdown({ bench, machine, rows }: BenchResult): string {
  const number = (value: number | null): string => (value === null ? '–' : Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(4));
  const loads = rows.map(({ load }) => load);
  return toMarkdown({
    title: bench,
    columns: [{ header: 'case' }, { header: 'metric' }, ...['ours', 'peer', 'ratio', 'spread'].map(right)],
    rows: rows.map((row) => [row.case, row.metric, number(row.ours), number(row.peer), row.ratio === null ? '–' : row.ratio.toFixed(2), `${(row.spread * 100).toFixed(0)} %`]),
    footnotes: [
      'ratio over 1: ours is better. spread: half the distance between the quartiles of ours, as a share of its median.',
      `${machine.cpu}, ${machine.cores} cores (${machine.extensions.join(', ') || 'no vector extensions told'}); Node ${machine.node}; ${machine.backend}; ${machine.threads} threads.`,
      ...(bench in notes ? [notes[bench]] : []),
      `Load average while measuring: ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}.`,
    ],
  });
}

function onGpu(): boolean {
  return prepared()?.device.startsWith('cuda') ?? false;
}

function prepared(): ReturnType<typeof backendInfo> | undefined {
  try {
    return backendInfo();
  } catch {
    return undefined; // a bench that needs no backend
  }
}

function machine(): Machine {
  const features = processorFeatures();
  const info = prepared();
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    extensions: ['avx2', 'avx512f', 'avx512_bf16', 'amx_bf16'].filter((name) => features.has(name)),
    node: process.versions.node,
    backend: info ? `${info.name} on ${info.device}, ${Object.entries(info.versions).map(([name, version]) => `${name} ${version}`).join(', ')}` : 'no backend',
    threads: info?.threads ?? 1,
  };
}
