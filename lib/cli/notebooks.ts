import * as path from 'node:path';
import type { Command } from 'commander';
import { InputError, JobError, displayPath } from '../common';
import { defaultNotebooksAtOnce, runNotebooks, selectNotebooks } from '../notebook/run';
import { integer } from './train';

export function register(program: Command): void {
  program
    .command('notebooks [numbers...]')
    .description('run notebooks headless; executed copies go to results/notebooks as HTML')
    .option('--set <name=value>', 'another value for a parameter of the first cell (repeatable)', collect, {})
    .option('--jobs <n>', 'notebooks run at once, except those that measure time (default: one more than processors within the memory, at most 4)')
    .addHelpText('after', '\nExample: medner notebooks 01 --set corpus=ccks2019\nFails on any error, late asynchronous ones too, on cells that were not run and on lost output.')
    .action(async (numbers: string[], options: { set: Record<string, string>; jobs?: string }) => {
      const jobs = options.jobs === undefined ? defaultNotebooksAtOnce() : integer('--jobs', options.jobs, 1);
      const files = selectNotebooks(numbers);
      const name = (file: string) => `${files.indexOf(file) + 1}/${files.length} ${displayPath(file)}`;
      // Where lines can be overwritten, one line follows the cells.
      const atCell = new Map<string, string>();
      const overwrite = (text: string) => void process.stderr.write(`\r\u001b[K${text}`);
      const onCell = process.stderr.isTTY
        ? (file: string, cell: number, of: number) => {
          atCell.set(file, `${path.basename(file, '.ipynb')} ${cell}/${of}`);
          overwrite([...atCell.values()].join('  ').slice(0, process.stderr.columns - 1));
        }
        : undefined;
      let failed = 0;
      const since = Date.now();
      for await (const { file, seconds, problems, html } of runNotebooks(files, { set: options.set, jobs, onCell })) {
        if (problems.length) failed++;
        atCell.delete(file);
        if (onCell) overwrite('');
        process.stderr.write(`${name(file)}: ${problems.length ? 'failed' : 'ran'} in ${seconds.toFixed(1)} s\n${problems.map((problem) => `    ${problem}\n`).join('')}`);
        if (html) process.stdout.write(`${displayPath(html)}\n`);
      }
      if (files.length > 1) process.stderr.write(`${files.length} notebooks in ${((Date.now() - since) / 1000).toFixed(0)} s, ${jobs === 1 ? 'one after another' : `up to ${jobs} at once`}\n`);
      if (failed) throw new JobError(`${failed} of ${files.length} notebooks failed`);
    });
}

function collect(assignment: string, set: Record<string, string>): Record<string, string> {
  const at = assignment.indexOf('=');
  if (at < 1) throw new InputError(`--set ${assignment}: expected name=value`);
  return { ...set, [assignment.slice(0, at)]: assignment.slice(at + 1) };
}
