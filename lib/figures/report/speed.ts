import * as path from 'node:path';
import { readResult, resultFiles, type ReportTable } from './collect';

/** A measurement of ours beside a peer's, as `medner bench --save` stores it. */
interface BenchRow {
  case: string;
  metric: string;
  ours: number;
  peer: number | null;
  ratio: number | null;
  spread: number;
  load: number;
}

interface BenchFile {
  bench: string;
  machine: { cpu: string; cores: number; threads: number; backend: string; node: string };
  rows: BenchRow[];
}

/** How each backend's kernels stand to tfjs's plain JavaScript, as `medner bench kernels --save` stores it. */
interface KernelFile {
  versions: Record<string, string>;
  kernels: { kernel: string; cases: number; on: Record<string, { state: string }> }[];
}

/** The saved benches as tables, one a bench and machine. */
export function collectSpeed(results: string): ReportTable[] {
  return resultFiles(results).flatMap((file) => {
    const bench = readResult(path.join(results, file)) as Partial<BenchFile & KernelFile>;
    if (bench.kernels && bench.versions) return [kernelTable(bench as KernelFile)];
    return bench.bench && bench.machine && Array.isArray(bench.rows) ? [speedTable(bench as BenchFile)] : [];
  });
}

function kernelTable({ versions, kernels }: KernelFile): ReportTable {
  const backends = [...new Set(kernels.flatMap(({ on }) => Object.keys(on)))];
  return {
    title: 'kernels',
    columns: [{ header: 'kernel' }, { header: 'cases', align: 'right' }, ...backends.map((header) => ({ header }))],
    rows: kernels.map(({ kernel, cases, on }) => [kernel, String(cases), ...backends.map((backend) => on[backend]?.state ?? '–')]),
    footnotes: [`Each backend's kernels beside tfjs's plain JavaScript: ${Object.entries(versions).map((pair) => pair.join(' ')).join('; ')}. Again: npx medner bench kernels --save`],
  };
}

function speedTable({ bench, machine, rows }: BenchFile): ReportTable {
  const { cpu, cores, threads, backend, node } = machine;
  const number = (value: number | null): string =>
    value === null ? '–' : Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4)));
  return {
    title: bench,
    columns: [{ header: 'case' }, { header: 'metric' }, ...['ours', 'peer', 'ratio', 'spread', 'load'].map((header) => ({ header, align: 'right' as const }))],
    rows: rows.map((row) => [row.case, row.metric, number(row.ours), number(row.peer), row.ratio?.toFixed(2) ?? '–', `${(100 * row.spread).toFixed(0)} %`, row.load.toFixed(1)]),
    footnotes: [`Ratio over 1: ours is better. ${backend}, ${threads} threads, Node ${node}; ${cpu}, ${cores} cores. Again: npx medner bench ${bench} --save`],
  };
}
