import type { Command } from 'commander';
import { InputError, writeFileAtomic } from '../common';
import { lazy } from './lazy';
import { refuseToOverwrite } from './overwrite';
import { readTexts } from './predict-texts';

interface PredictOptions {
  run: string;
  in?: string;
  text?: string;
  out?: string;
  html?: boolean;
  force?: boolean;
}

export function register(program: Command): void {
  program
    .command('predict')
    .description('entities in new text of any length, by a finished run; JSON lines with scores')
    .requiredOption('--run <run>', 'a run\'s key or folder')
    .option('--in <file>', 'JSON lines {"id","text"}, any other format of corpora, whose entities are left aside, or plain text with a document a line; - reads standard input (default)')
    .option('--text <text>', 'one text')
    .option('--out <file>', 'write there instead of standard output')
    .option('--force', 'overwrite the file that is there')
    .option('--html', 'a page that draws the entities, nested ones too, instead of JSON lines')
    .action(predict);
}

async function predict(options: PredictOptions): Promise<void> {
  if (options.text !== undefined && options.in !== undefined) throw new InputError('--text and --in exclude each other');
  const { in: file = '-', out, force } = options;
  if (out !== undefined) refuseToOverwrite(out, { sources: file === '-' ? [] : [file], read: 'what is read', place: 'file', force });
  const { texts, notes } = options.text !== undefined ? { texts: [{ id: '1', text: options.text }], notes: [] } : readTexts(file);
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
  if (texts.length === 0) throw new InputError('there is no text to predict');
  const { loadPredictor } = lazy.experiments();
  const predictor = await loadPredictor(options.run);
  const documents = await predictor.predict(texts);
  let output: string;
  if (options.html) {
    const { entitiesPage } = lazy.figures();
    const { config, data } = predictor.record;
    output = entitiesPage(documents, `${config.variant} (${data.corpus}), run ${predictor.record.key}`, data.types);
  } else {
    output = documents.map(({ id, text, entities }) => JSON.stringify({ id, text, entities }) + '\n').join('');
  }
  predictor.dispose();
  if (out !== undefined) writeFileAtomic(out, output);
  else process.stdout.write(output);
}
