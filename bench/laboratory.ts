import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import * as path from 'node:path';
import type { BenchRow } from '../lib/cli/bench';
import { inProject } from '../lib/common';
import { closeBrowser, exportFigure, type Figure } from '../lib/figures';
import { defaultNotebooksAtOnce, runNotebooks, selectNotebooks } from '../lib/notebook/run';
import { secondsRow } from './spread';

const rounds = 5;

/** Every figure in figures/, written anew from its description as HTML, SVG and PNG: seconds by the clock, the start of the browser included. */
export async function* figures(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const load = loadavg()[0];
  const described = (readdirSync(inProject('figures'), { recursive: true }) as string[]).filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(inProject('figures', name), 'utf8')) as Figure);
  const name = 'all figures exported';
  if (!wanted(name)) return;
  const seconds: number[] = [];
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-bench-figures-'));
  try {
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now();
      for (const [i, figure] of described.entries()) await exportFigure(figure, path.join(folder, String(i)));
      await closeBrowser();
      seconds.push((performance.now() - begun) / 1000);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  yield secondsRow('figures', name, seconds, load);
}

/**
 * The notebooks headless, as `npm run notebooks` runs them: each one's own seconds while others run beside it, and those of all by the clock. A first
 * round makes the runs which the measured one reads back.
 */
export async function* notebooks(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const all = selectNotebooks([]);
  const files = all.filter((file) => wanted(nameOf(file)));
  if (!files.length) return;
  const out = mkdtempSync(path.join(tmpdir(), 'medner-bench-notebooks-'));
  try {
    await secondsOf(files, out);
    const load = loadavg()[0];
    const begun = performance.now();
    const seconds = await secondsOf(files, out);
    const together = (performance.now() - begun) / 1000;
    for (const file of files) yield secondsRow('notebooks', nameOf(file), [seconds.get(file)!], load);
    if (files.length === all.length) yield secondsRow('notebooks', `all notebooks, ${defaultNotebooksAtOnce()} at once`, [together], load);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

const nameOf = (file: string): string => path.basename(file, '.ipynb');

async function secondsOf(files: string[], out: string): Promise<Map<string, number>> {
  const taken = new Map<string, number>();
  for await (const { file, seconds, problems } of runNotebooks(files, { out, jobs: defaultNotebooksAtOnce() })) {
    if (problems.length) throw new Error(`${nameOf(file)}: ${problems.join('; ')}`);
    taken.set(file, seconds);
  }
  return taken;
}
