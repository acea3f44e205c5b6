import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { InputError, JobError, inProject, projectRoot, writeFileAtomic } from '../common';
import { findings, type KernelReport } from './check';
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
 * Runs notebooks headless in real Jupyter with the project's kernel, one after another and each from a copy: the files
 * themselves never change.
 * @throws InputError for a parameter that a notebook does not have, before anything runs
 * @throws JobError where Jupyter is missing or cannot start
 */
export async function* runNotebooks(files: string[], options: RunOptions = {}): AsyncGenerator<NotebookResult> {
  const notebooks = files.map((file) => withParameters(readNotebook(file), options.set ?? {}, path.basename(file)));
  const python = findJupyterPython();
  if (!python) throw new JobError('notebooks need Jupyter, and neither .venv nor the PATH has it; npm run setup installs it');
  const temporary = mkdtempSync(path.join(tmpdir(), 'medner-notebooks-'));
  try {
    // A kernelspec of this run's own: right for this Node and this project whichever Jupyter runs.
    await installKernelspec(temporary);
    const environment = { ...process.env, JUPYTER_PATH: path.join(temporary, 'share', 'jupyter'), MEDNER_STOP_AT_FIRST_ERROR: '1' };
    const jobs = notebooks.map((notebook, i) => {
      const input = path.join(temporary, `${i}.ipynb`);
      writeFileSync(input, JSON.stringify(prepared(notebook)));
      return { input, html: path.join(temporary, path.basename(files[i]).replace(/\.ipynb$/, '.html')), cwd: projectRoot };
    });
    const child = spawn(python, [path.join(__dirname, 'execute.py')], { cwd: projectRoot, env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
    const ended = new Promise<number>((resolve, reject) => child.on('error', reject).on('close', (status) => resolve(status ?? -1)));
    let complaints = '';
    child.stderr.on('data', (chunk) => (complaints = (complaints + String(chunk)).slice(-3000)));
    child.stdin.end(JSON.stringify(jobs));
    let finished = 0;
    let since = Date.now();
    for await (const line of createInterface({ input: child.stdout })) {
      const event = JSON.parse(line) as DriverEvent;
      const file = files[finished];
      if (event.event === 'cell') {
        options.onCell?.(file, event.cell, event.of);
        continue;
      }
      const seconds = (Date.now() - since) / 1000;
      const page = jobs[finished].html;
      finished++;
      since = Date.now();
      if (event.event === 'failed') {
        yield { file, seconds, problems: [`Jupyter failed: ${event.reason}`] };
      } else {
        const html = path.join(options.out ?? inProject('results', 'notebooks'), path.basename(page));
        mkdirSync(path.dirname(html), { recursive: true });
        writeFileAtomic(html, readFileSync(page));
        yield { file, seconds, problems: findings(event.notebook, event.report ?? undefined), notebook: event.notebook, html };
      }
    }
    const status = await ended;
    if (finished < files.length) throw new JobError(`Jupyter ended early (exit ${status}):\n${complaints.trim()}`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

type DriverEvent =
  | { event: 'cell'; cell: number; of: number }
  | { event: 'done'; notebook: Notebook; report: KernelReport | null }
  | { event: 'failed'; reason: string };

/** The notebook without outputs, its formulas set for a page without scripts, and with a last cell in which the kernel reports what happened. */
function prepared(notebook: Notebook): Notebook {
  const cells = notebook.cells.map((cell) => {
    if (cell.cell_type === 'code') return { ...cell, outputs: [], execution_count: null };
    return cell.cell_type === 'markdown' ? { ...cell, source: withMathml(textOf(cell.source)) } : cell;
  });
  return { ...notebook, cells: [...cells, { cell_type: 'code', id: 'medner-settle', metadata: {}, execution_count: null, outputs: [], source: '// medner: settle' }] };
}
