import { Command } from 'commander';
import * as bench from './bench';
import * as data from './data';
import * as demo from './demo';
import * as doctor from './doctor';
import { exitStatus } from './exit-status';
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
import { wholeOutput } from './whole-output';
import * as wordVectors from './word-vectors';

const program = new Command('medner')
  .description('A laboratory for Chinese medical named entity recognition: two papers\' models and experiments, re-run.')
  .version('0.1.0')
  .showHelpAfterError('(medner COMMAND --help shows what a command takes)')
  .exitOverride();

for (const command of [doctor, data, score, train, predict, demo, experiment, figures, report, verify, weights, pretrain, wordVectors, llm, notebooks, bench]) {
  command.register(program);
}

wholeOutput(process.stdout);
// A reader that closes early (`medner … | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : exitStatus(error, 'standard output'));
});

program.parseAsync(process.argv).catch((error: unknown) => {
  process.exitCode = exitStatus(error);
});
