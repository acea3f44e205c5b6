import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import * as path from 'node:path';
import type { BenchRow } from '../lib/cli/bench';
import { secondsRow } from './spread';
import { Kernel } from './kernel-client';

const starts = 5;

const imports = `import { liveTraining, resolveConfig, run } from './lib/index';
const config = resolveConfig({ variant: 'rw-egp', corpus: 'sample', profile: 'quick', seed: 0, set: [] });`;

/** A training to interrupt: it says that it has begun by its display. */
const training = (runs: string): string => `
const { hooks, signal } = liveTraining();
await run(config, { hooks, signal, runs: ${JSON.stringify(runs)} });`;

/**
 * What a reader waits for, in seconds by the clock: a kernel that answers (from the start of its process, over ZeroMQ), the first cell that
 * imports the library, and an interrupted training that has said so. The declarations that cells are checked against are there already, as
 * they are from the second kernel on.
 */
export async function* notebookKernel(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const load = loadavg()[0];
  const seconds: Record<string, number[]> = { 'kernel ready': [], 'first cell that imports the library': [], 'interrupted training': [] };
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-bench-kernel-'));
  try {
    for (let start = 0; start <= starts; start++) {
      const times = await once(folder, path.join(folder, `runs-${start}`));
      // The first makes the declarations where they are not there, and fills the caches of files.
      if (start > 0) Object.values(seconds).forEach((list, i) => list.push(times[i]));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [name, values] of Object.entries(seconds)) {
    if (wanted(name)) yield secondsRow('notebook-kernel', name, values, load);
  }
}

async function once(folder: string, runs: string): Promise<[number, number, number]> {
  const lap = stopwatch();
  const kernel = await Kernel.start(folder);
  try {
    const ready = lap();
    await succeeded(kernel, await kernel.execute(imports));
    const imported = lap();
    const id = await kernel.execute(training(runs));
    await kernel.waitFor(() => kernel.published.find(({ parent, type, content }) => parent === id && type === 'update_display_data' && JSON.stringify(content).includes(', step ')));
    lap();
    kernel.process.kill('SIGINT');
    const { content } = await kernel.reply(id);
    if (content.ename !== 'Interrupted') throw new Error(`the training was not interrupted: ${JSON.stringify(content)}`);
    return [ready, imported, lap()];
  } finally {
    kernel.stop();
  }
}

async function succeeded(kernel: Kernel, id: string): Promise<void> {
  const { content } = await kernel.reply(id);
  if (content.status !== 'ok') throw new Error(`a cell failed: ${JSON.stringify(content)}`);
}

/** Gives the seconds since it was last asked. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const passed = (now - last) / 1000;
    last = now;
    return passed;
  };
}
