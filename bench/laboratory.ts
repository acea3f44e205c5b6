import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import * as path from 'node:path';
import type { BenchRow } from '../lib/cli/bench';
import { inProject } from '../lib/common';
import { closeBrowser, exportFigure, type Figure } from '../lib/figures';
import { runNotebooks, selectNotebooks } from '../lib/notebook/run';
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

/** The notebooks headless, as `npm run notebooks` runs them, after a first round that makes the runs which the measured one reads back. */
export async function* notebooks(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const all = selectNotebooks([]);
  const named = all.map((file) => ({ file, name: path.basename(file, '.ipynb') })).filter(({ name }) => wanted(name));
  if (!named.length) return;
  const out = mkdtempSync(path.join(tmpdir(), 'medner-bench-notebooks-'));
  try {
    const files = named.map(({ file }) => file);
    await secondsOf(files, out);
    const load = loadavg()[0];
    const seconds = await secondsOf(files, out);
    for (const [i, { name }] of named.entries()) yield secondsRow('notebooks', name, [seconds[i]], load);
    if (files.length === all.length) yield secondsRow('notebooks', 'all notebooks', [seconds.reduce((sum, each) => sum + each, 0)], load);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

async function secondsOf(files: string[], out: string): Promise<number[]> {
  const taken: number[] = [];
  for await (const { file, seconds, problems } of runNotebooks(files, { out })) {
    if (problems.length) throw new Error(`${path.basename(file)}: ${problems.join('; ')}`);
    taken.push(seconds);
  }
  return taken;
}
