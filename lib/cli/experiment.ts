import type { Command } from 'commander';
import { InputError } from '../common';
import { collect, interruptible } from './interruptible';
import { lazy } from './lazy';
import { RunProgress } from './run-progress';
import { integer } from './train';

interface ExperimentOptions {
  corpus: string;
  profile: string;
  seeds?: string;
  set: string[];
  name?: string;
  checkpointSeconds: string;
  jobs?: string;
  list?: boolean;
  json?: boolean;
}

const fileNames = `
Files: results/EXPERIMENT/CORPUS-PROFILE.{md,tex,csv,json,records.jsonl} and figures/EXPERIMENT/CORPUS-PROFILE.{json,html,svg,png}; with --set the fields' last names
and values stand behind, as in cmeee-v2-small-epochs-4-trainDocuments-3000, or --name in their place. A corpus given by a path is called by its last part. Where a
result of that name is there already that is of another corpus or of other assignments, a short hash of both tells the new one apart: none replaces another's table.
`;

export function register(program: Command): void {
  program
    .command('experiment')
    .description('re-runs experiments of the papers: tables, figures and run records; only what is missing is run')
    .argument('[names...]', 'experiments, or all')
    .option('--list', 'what there is')
    .option('--corpus <corpus>', 'sample, cmeee-v2, ccks2017, ccks2019, ccks2020, or a path', 'sample')
    .option('--profile <name>', 'quick, small or paper', 'quick')
    .option('--seeds <list>', 'as in 0,1,2 (default: the profile\'s)')
    .option('--set <field=value>', 'any field of the runs\' configuration, or of what an experiment asks (a-llm-direct: fewShot.models=["NAME"]); may be repeated', collect, [])
    .option('--name <name>', "what the results' files are called behind corpus and profile, in place of what --set says (as in sample-quick-NAME.md)")
    .option('--checkpoint-seconds <s>', 'write a checkpoint inside an epoch when the last is this old', '60')
    .option('--jobs <n>', 'runs made at once, each in a process of its own (default: a run a thread for small encoders on processors, else 1)')
    .option('--json', 'print the results as JSON: an object, or a list of them where several experiments are named')
    .addHelpText('after', fileNames)
    .action((names: string[], options: ExperimentOptions) => {
      if (options.list) return list(options);
      if (names.length === 0) throw new InputError('which experiment? `medner experiment --list` shows what there is');
      return interruptible((signal) => runExperiments(names, options, signal));
    });
}

async function list({ json }: ExperimentOptions): Promise<void> {
  const { experiments } = lazy.experiments();
  const rows = experiments.map(({ name, title, description }) => ({ name, title, description }));
  process.stdout.write(json ? JSON.stringify(rows, null, 2) + '\n' : rows.map((row) => `${row.name}\n    ${row.title}. ${row.description}\n`).join(''));
}

function parseSeeds(text: string): number[] {
  const seeds = text.split(',').map((seed) => integer('--seeds', seed.trim() || 'nothing'));
  if (new Set(seeds).size < seeds.length) throw new InputError(`--seeds ${text}: a seed stands twice, which would count one run as two`);
  return seeds;
}

/** Says of several experiments which refused. */
function named<T>(name: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${name}: ${error.message}`) : error;
  }
}

async function runExperiments(names: string[], options: ExperimentOptions, signal: AbortSignal): Promise<void> {
  const { checkResultName, experiment, experiments, toMarkdown, writeOutput } = lazy.experiments();
  if (options.name !== undefined) checkResultName(options.name);
  const { prepareBackend } = lazy.backend();
  const chosen = names.includes('all') ? experiments : [...new Set(names)].map(experiment);
  const request = {
    corpus: options.corpus,
    profile: options.profile,
    seeds: options.seeds === undefined ? null : parseSeeds(options.seeds),
    set: options.set,
    name: options.name,
    signal,
    checkpointSeconds: integer('--checkpoint-seconds', options.checkpointSeconds),
    jobs: options.jobs === undefined ? null : integer('--jobs', options.jobs, 1),
  };
  if (request.set.length && chosen.every(({ runFree }) => runFree)) throw new InputError(`--set ${request.set[0]}: ${names.join(' and ')} makes no run, so that nothing can be set`);
  const total = chosen.reduce((sum, one) => sum + named(one.name, () => one.runs(request)), 0);
  if (total > 0) await prepareBackend();
  const progress = new RunProgress(total);
  const results: { name: string; data: object; text: string; files: string[] }[] = [];
  try {
    for (const next of chosen) {
      const { name, runFree } = next;
      const own = { ...request, ...(runFree && { set: [] }) };
      const output = await next.run({
        ...own,
        hooks: {
          onRun: (label) => progress.run(`${name}, ${label}`),
          onRunDone: (cached) => progress.runDone(cached),
          onInterim: ([table]) => progress.print(`\nso far:\n${toMarkdown(table)}\n`),
          run: { onPhase: (phase, urgent) => progress.phase(phase, urgent), onProgress: (share) => progress.progress(share) },
        },
      });
      const files = await writeOutput(next, own, output);
      results.push({ name, data: { experiment: name, ...output.data }, text: output.tables.map(toMarkdown).join('\n'), files });
    }
  } finally {
    progress.stop();
  }
  if (options.json) {
    // One experiment is an object, several are a list of them.
    const data = results.map((result) => result.data);
    process.stdout.write(JSON.stringify(names.length === 1 && data.length === 1 ? data[0] : data, null, 2) + '\n');
  } else {
    process.stdout.write(results.map(({ text }) => text).join('\n'));
  }
  for (const { name, files } of results) process.stderr.write(`${name}: ${files.join(' ')}\n`);
}
