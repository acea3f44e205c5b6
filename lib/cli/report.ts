import type { Command } from 'commander';
import { displayPath } from '../common';
import { writeReport } from '../figures/report';

export function register(program: Command): void {
  program
    .command('report')
    .description('write results/report.html, one self-contained page with every table, figure and run record')
    .action(() => {
      const { file, sections, bytes } = writeReport();
      process.stderr.write(`${sections} ${sections === 1 ? 'experiment' : 'experiments'} in the report, ${(bytes / 1e6).toFixed(1)} MB\n`);
      process.stdout.write(`${displayPath(file)}\n`);
    });
}
