import { Command, CommanderError } from 'commander';
import { InputError, JobError } from '../common/errors';
import * as bench from './bench';
import * as data from './data';
import * as demo from './demo';
import * as doctor from './doctor';
import * as experiment from './experiment';
import * as figures from './figures';
import * as llm from './llm';
import * as notebooks from './notebooks';
import * as predict from './predict';
import * as pretrain from './pretrain';
import * as report from './report';
import * as score from './score';
import * as train from './train';
import * as verify from './verify';
import * as weights from './weights';
import * as wordVectors from './word-vectors';

const program = new Command('medner')
  .description('A laboratory for Chinese medical named entity recognition: two papers\' models and experiments, re-run.')
  .version('0.1.0')
  .showHelpAfterError('(medner COMMAND --help shows what a command takes)')
  .exitOverride();

for (const command of [doctor, data, score, train, predict, demo, experiment, figures, report, verify, weights, pretrain, wordVectors, llm, notebooks, bench]) {
  command.register(program);
}

/** Exit status: 0 success, 1 a failed job, 2 bad usage or bad input. */
function status(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof InputError || error instanceof JobError) {
    process.stderr.write(`medner: ${error.message}\n`);
    return error instanceof InputError ? 2 : 1;
  }
  process.stderr.write(`medner: an error that should not happen:\n${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}

// A reader that closes early (`medner … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

program.parseAsync(process.argv).catch((error: unknown) => {
  process.exitCode = status(error);
});
