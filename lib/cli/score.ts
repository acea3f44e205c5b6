import type { Command } from 'commander';
import { displayPath, InputError } from '../common';
import { readDocuments } from '../corpus';
import { score, scoresToJson, type Score, type Scores } from '../evaluation';
import { textTable } from './text-table';

export function register(program: Command): void {
  program
    .command('score')
    .description('strict micro scores of predictions: all, by type, by length class, nested and flat')
    .requiredOption('--gold <file>', 'documents with the right entities, in any format read')
    .requiredOption('--pred <file>', 'the same documents with predicted entities')
    .option('--json', 'as JSON')
    .action((options: { gold: string; pred: string; json?: boolean }) => {
      const gold = readDocuments(options.gold);
      if (gold.length === 0) throw new InputError(`${displayPath(options.gold)}: holds no document, so there is nothing to score; name the file with the right entities as --gold`);
      const scores = score(gold, readDocuments(options.pred));
      if (scores.missing.length > 0) {
        const some = scores.missing.slice(0, 5).join(', ');
        process.stderr.write(`no prediction for ${scores.missing.length} of ${scores.documents} documents (${some}${scores.missing.length > 5 ? ', …' : ''}): their entities count as missed\n`);
      }
      process.stdout.write(options.json ? JSON.stringify(scoresToJson(scores), null, 2) + '\n' : describe(scores));
    });
}

function describe({ micro, types, lengths, nested, flat }: Scores): string {
  const row = (label: string, { precision, recall, f1, tp, fp, fn }: Score) => [label, ...[precision, recall, f1].map((share) => (100 * share).toFixed(2)), String(tp), String(fp), String(fn)];
  return textTable([
    ['', 'P', 'R', 'F1', 'TP', 'FP', 'FN'],
    row('micro', micro),
    ...Object.entries(types).map(([type, scores]) => row(type, scores)),
    row('short, 1-3', lengths.short),
    row('medium, 4-7', lengths.medium),
    row('long, 8 and more', lengths.long),
    row('nested', nested),
    row('flat', flat),
  ]);
}
