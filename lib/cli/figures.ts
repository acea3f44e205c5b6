import type { Command } from 'commander';
import { collect } from './interruptible';
import { lazy } from './lazy';

interface ArchitectureOptions {
  corpus: string;
  profile: string;
  set: string[];
  json?: boolean;
}

export function register(program: Command): void {
  const figures = program.command('figures').description('figures that take no run');
  figures
    .command('architecture')
    .description("Figure 1 of either paper, of any model: its parts, widths and parameters as its configuration says, and what it has not of the paper's full model; into results/architecture and figures/architecture")
    .argument('[variants...]', 'models, as `medner train --help` names them', ['da-rw-egp', 'llm-medner'])
    .option('--corpus <corpus>', 'sample, cmeee-v2, ccks2017, ccks2019, ccks2020, or a path: types, band and vocabulary depend on it', 'sample')
    .option('--profile <name>', 'quick, small or paper', 'quick')
    .option('--set <field=value>', 'any field of the configuration, as in model.channels.encoders=separate; may be repeated', collect, [])
    .option('--json', 'print parts and flows as JSON: an object, or a list of them where several models are named')
    .action(drawArchitectures);
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
