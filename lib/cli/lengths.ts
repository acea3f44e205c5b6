import type { Command } from 'commander';
import { displayPath, inProject, writeFileAtomic } from '../common';
import { lengthCounts, lengthExamples, loadCorpus, placedName, type LengthCounts } from '../corpus';

export function registerLengths(data: Command): void {
  data
    .command('lengths')
    .description('counts entities by type, nesting and length into results/length-counts, for the explorer of the report; no text is kept but the embedded corpus\'s')
    .argument('<corpora...>', 'sample, cmeee-v2, ccks2017, ccks2019, ccks2020, or files or folders')
    .action(async (corpora: string[]) => {
      for (const name of corpora) {
        const corpus = await loadCorpus(name);
        // The embedded corpus is the project's own; the texts of others are not to be shown.
        const counts: LengthCounts = { ...lengthCounts(corpus), ...(corpus.id === 'sample' && { examples: lengthExamples(corpus) }) };
        const file = inProject('results', 'length-counts', `${placedName(name)}.json`);
        writeFileAtomic(file, lengthCountsText(counts));
        process.stdout.write(`${displayPath(file)}\n`);
      }
    });
}

/** JSON with a line for each type and each example: short, and a change shows where it is. */
export function lengthCountsText({ types, examples, ...rest }: LengthCounts): string {
  const line = ([name, value]: [string, unknown]): string => `${JSON.stringify(name)}: ${JSON.stringify(value)}`;
  const fields = [
    ...Object.entries(rest).map(line),
    `"types": {\n  ${Object.entries(types).map(line).join(',\n  ')}\n }`,
    ...(examples ? [`"examples": [\n  ${examples.map((document) => JSON.stringify(document)).join(',\n  ')}\n ]`] : []),
  ];
  return `{\n ${fields.join(',\n ')}\n}\n`;
}
