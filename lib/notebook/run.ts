import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import * as path from 'node:path';
import { InputError, JobError, inProject, ownMemory, projectRoot, writeFileAtomic } from '../common';
import { lendBrowser } from '../figures/browser';
import { atOnce } from './at-once';
import { findings } from './check';
import { ensureDeclarations } from './declarations.cjs';
import { JupyterDriver, JupyterDrivers, type NotebookJob } from './driver';
import { installKernelspec } from './kernelspec.mjs';
import { withMathml } from './mathml';
import { readNotebook, textOf, type Notebook } from './notebook-file';
import { withParameters } from './parameters';

export interface NotebookResult {
  file: string;
  seconds: number;
  /** Empty when the notebook ran as it should. */
  problems: string[];
  /** The executed copy, errors included; absent where Jupyter itself failed. */
  notebook?: Notebook;
  /** The executed copy as a page; absent where Jupyter itself failed. */
  html?: string;
}

export interface RunOptions {
  /** Other initial values for parameters of the first code cell. */
  set?: Record<string, string>;
  /** Where the executed copies go as HTML. Default results/notebooks. */
  out?: string;
  /** Notebooks that run at once, each with its share of the threads. Default 1: one after another, in their order. */
  jobs?: number;
  /** Called when the `cell`th of `of` code cells begins. */
  onCell?: (file: string, cell: number, of: number) => void;
}

/** The notebooks whose names begin with one of the numbers (all without any), in order. */
export function selectNotebooks(numbers: string[], folder = inProject('notebooks')): string[] {
  const all = readdirSync(folder).filter((name) => name.endsWith('.ipynb')).sort();
  if (!numbers.length) return all.map((name) => path.join(folder, name));
  return numbers.flatMap((number) => {
    const chosen = all.filter((name) => name.startsWith(number) && !/^\d/.test(name.slice(number.length)));
    if (!chosen.length) throw new InputError(`no notebook ${number}: expected the number of one of ${all.join(', ')}`);
    return chosen.map((name) => path.join(folder, name));
  });
}

/** Bytes that a notebook's kernel and driver may take; 1.4 GiB were seen. */
const memoryOfNotebook = 2 * 2 ** 30;

/**
 * How many notebooks to run at once where nobody says: one more than processors, since each waits a third of its time for its browser or for Jupyter;
 * within the memory, and no more than four, since on a GPU they share its memory too.
 */
export const defaultNotebooksAtOnce = (): number => Math.max(1, Math.min(4, availableParallelism() + 1, Math.floor(ownMemory() / memoryOfNotebook)));

/** The Python that Jupyter runs in: of `.venv`, else of the `jupyter` on the PATH; undefined where there is none. */
export function findJupyterPython(): string | undefined {
  const folders = [inProject('.venv', 'bin'), ...(process.env.PATH ?? '').split(path.delimiter).filter(Boolean)];
  const jupyter = folders.map((folder) => path.join(folder, 'jupyter')).find((file) => existsSync(file));
  if (!jupyter) return undefined;
  // A script names its interpreter in its first line; a launcher without one lies beside it.
  const named = /^#!\s*(\/\S*python\S*)/.exec(readFileSync(jupyter, 'utf8').slice(0, 500))?.[1];
  return named ?? path.join(path.dirname(jupyter), 'python3');
}

/**
 * Runs notebooks headless in real Jupyter with the project's kernel, each from a copy: the files themselves never change. Results come as
 * notebooks end. One whose metadata says `medner.alone`, since it measures time, has the machine to itself.
 * @throws InputError for a parameter that a notebook does not have, before anything runs
 * @throws JobError where Jupyter is missing or cannot start
 */
export async function* runNotebooks(files: string[], options: RunOptions = {}): AsyncGenerator<NotebookResult> {
  const notebooks = files.map((file) => withParameters(readNotebook(file), options.set ?? {}, path.basename(file)));
  const python = findJupyterPython();
  if (!python) throw new JobError('notebooks need Jupyter, and neither .venv nor the PATH has it; npm run setup installs it');
  const temporary = mkdtempSync(path.join(tmpdir(), 'medner-notebooks-'));
  let drivers: JupyterDrivers | undefined;
  // One that does not start is told by the first notebook that wants it.
  const browser = files.length > 1 ? await lendBrowser().catch(() => undefined) : undefined;
  try {
    // A kernelspec of this run's own: right for this Node and this project whichever Jupyter runs.
    await installKernelspec(temporary);
    // Once, before several kernels make the same.
    await ensureDeclarations(projectRoot);
    const environment = { ...process.env, JUPYTER_PATH: path.join(temporary, 'share', 'jupyter'), MEDNER_STOP_AT_FIRST_ERROR: '1', ...browser?.environment };
    const jupyter = (drivers = new JupyterDrivers(() => new JupyterDriver(python, environment)));
    const jobs = Math.min(options.jobs ?? 1, files.length);
    const share = { MEDNER_THREADS: process.env.MEDNER_THREADS ?? String(Math.max(1, Math.floor(availableParallelism() / jobs))) };
    const alone = notebooks.map(({ metadata }) => (metadata.medner as { alone?: boolean } | undefined)?.alone === true);
    const runOne = async (i: number): Promise<NotebookResult> => {
      const file = files[i];
      const job: NotebookJob = {
        input: path.join(temporary, `${i}.ipynb`),
        html: path.join(temporary, path.basename(file).replace(/\.ipynb$/, '.html')),
        cwd: projectRoot,
        environment: jobs > 1 && !alone[i] ? share : {},
        onCell: (cell, of) => options.onCell?.(file, cell, of),
      };
      writeFileSync(job.input, JSON.stringify(prepared(notebooks[i])));
      const since = Date.now();
      const outcome = await jupyter.run(job);
      const seconds = (Date.now() - since) / 1000;
      if (outcome.event === 'failed') return { file, seconds, problems: [`Jupyter failed: ${outcome.reason}`] };
      const html = path.join(options.out ?? inProject('results', 'notebooks'), path.basename(job.html));
      mkdirSync(path.dirname(html), { recursive: true });
      writeFileAtomic(html, readFileSync(job.html));
      return { file, seconds, problems: findings(outcome.notebook, outcome.report ?? undefined), notebook: outcome.notebook, html };
    };
    yield* atOnce(files.map((_, i) => i), jobs, (i) => alone[i], runOne);
  } finally {
    drivers?.stop();
    await browser?.close();
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** The notebook without outputs, its formulas set for a page without scripts, and with a last cell in which the kernel reports what happened. */
function prepared(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type === 'code') return { ...cell, outputs: [], execution_count: null };
    return cell.cell_type === 'markdown' ? { ...cell, source: withMathml(textOf(cell.source)) } : cell;
  });
  return { ...notebook, cells: [...cells, { cell_type: 'code', id: 'medner-settle', metadata: {}, execution_count: null, outputs: [], source: '// medner: settle' }] };
}
