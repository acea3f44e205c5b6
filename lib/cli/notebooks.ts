import type { Command } from 'commander';
import { InputError, JobError, displayPath } from '../common';
import { runNotebooks, selectNotebooks } from '../notebook/run';

export function register(program: Command): void {
  program
    .command('notebooks [numbers...]')
    .description('run notebooks headless; executed copies go to results/notebooks as HTML')
    .option('--set <name=value>', 'another value for a parameter of the first cell (repeatable)', collect, {})
    .addHelpText('after', '\nExample: medner notebooks 01 --set corpus=ccks2019\nFails on any error, late asynchronous ones too, on cells that were not run and on lost output.')
    .action(async (numbers: string[], options: { set: Record<string, string> }) => {
      const files = selectNotebooks(numbers);
      const name = (file: string) => `${files.indexOf(file) + 1}/${files.length} ${displayPath(file)}`;
      // Where lines can be overwritten, one line follows the cells.
      const onCell = process.stderr.isTTY
        ? (file: string, cell: number, of: number) => void process.stderr.write(`\r\u001b[K${name(file)}: cell ${cell}/${of}`)
        : undefined;
      let failed = 0;
      for await (const { file, seconds, problems, html } of runNotebooks(files, { set: options.set, onCell })) {
        if (problems.length) failed++;
        if (onCell) process.stderr.write('\r\u001b[K');
        process.stderr.write(`${name(file)}: ${problems.length ? 'failed' : 'ran'} in ${seconds.toFixed(1)} s\n${problems.map((problem) => `    ${problem}\n`).join('')}`);
        if (html) process.stdout.write(`${displayPath(html)}\n`);
      }
      if (failed) throw new JobError(`${failed} of ${files.length} notebooks failed`);
    });
}

function collect(assignment: string, set: Record<string, string>): Record<string, string> {
  const at = assignment.indexOf('=');
  if (at < 1) throw new InputError(`--set ${assignment}: expected name=value`);
  return { ...set, [assignment.slice(0, at)]: assignment.slice(at + 1) };
}
