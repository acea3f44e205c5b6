import type { Command } from 'commander';
import { displayPath, inProject, JobError, writeFileAtomic } from '../common';
import { collect } from './interruptible';
import { lazy } from './lazy';

interface ArchitectureOptions {
  corpus: string;
  profile: string;
  set: string[];
  json?: boolean;
}

export function register(program: Command): void {
  const figures = program.command('figures').description('figures and pictures that take no training');
  figures
    .command('architecture')
    .description("Figure 1 of either paper, of any model: its parts, widths and parameters as its configuration says, and what it has not of the paper's full model; into results/architecture and figures/architecture")
    .argument('[variants...]', 'models, as `medner train --help` names them', ['da-rw-egp', 'llm-medner'])
    .option('--corpus <corpus>', 'sample, cmeee-v2, ccks2017, ccks2019, ccks2020, or a path: types, band and vocabulary depend on it', 'sample')
    .option('--profile <name>', 'quick, small or paper', 'quick')
    .option('--set <field=value>', 'any field of the configuration, as in model.channels.encoders=separate; may be repeated', collect, [])
    .option('--json', 'print parts and flows as JSON: an object, or a list of them where several models are named')
    .action(drawArchitectures);
  figures
    .command('pictures')
    .description("the README's pictures of the report and of the demo, into docs/pictures; the demo's shows the two best runs of this machine")
    .action(takePictures);
}

async function drawArchitectures(variants: string[], { corpus, profile, set, json }: ArchitectureOptions): Promise<void> {
  const { architectureCommand, architectureOf, toMarkdown, writeOutput } = lazy.experiments();
  const drawn: { data: object; text: string }[] = [];
  for (const variant of [...new Set(variants)]) {
    const request = { variant, corpus, profile, set };
    const output = await architectureOf(request);
    const data = { command: architectureCommand(request), ...output.data };
    const files = await writeOutput({ name: 'architecture', subject: variant }, request, { ...output, data });
    drawn.push({ data, text: output.tables.map(toMarkdown).join('\n') });
    process.stderr.write(`${variant}: ${files.join(' ')}\n`);
  }
  const all = drawn.map(({ data }) => data);
  process.stdout.write(json ? JSON.stringify(all.length === 1 ? all[0] : all, null, 2) + '\n' : drawn.map(({ text }) => text).join('\n'));
}

async function takePictures(): Promise<void> {
  const { chromiumRemedy, reportPicture, writeReport } = lazy.figures();
  const { bestRuns, demoExamples, demoPicture, loadModel } = lazy.demo();
  const { loadCorpus } = lazy.corpus();
  const write = (name: string, picture: Buffer | undefined): void => {
    if (!picture) throw new JobError(`no Chromium found to take pictures with; ${chromiumRemedy}`);
    const file = inProject('docs', 'pictures', name);
    writeFileAtomic(file, picture);
    process.stdout.write(`${displayPath(file)}\n`);
  };
  write('report.png', await reportPicture(writeReport().file));
  const models = [];
  for (const name of bestRuns()) models.push(await loadModel(name));
  write('demo.png', await demoPicture(models, demoExamples(await loadCorpus('sample'))));
  for (const model of models) model.dispose();
}
