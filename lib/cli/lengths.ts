import * as path from 'node:path';
import type { Command } from 'commander';
import { displayPath, inProject, sha256, writeFileAtomic } from '../common';
import { catalog, corpusFileName, lengthCounts, lengthExamples, loadCorpus, type LengthCounts } from '../corpus';

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
        const file = inProject('results', 'length-counts', `${countsName(name)}.json`);
        writeFileAtomic(file, lengthCountsText(counts));
        process.stdout.write(`${displayPath(file)}\n`);
      }
    });
}

/** A corpus's id; of a path its last part and a hash of the whole, so that two of one name have each their own. */
const countsName = (corpus: string): string => (catalog.some(({ id }) => id === corpus) ? corpus : `${corpusFileName(corpus)}-${sha256(displayPath(path.resolve(corpus))).slice(0, 8)}`);

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
