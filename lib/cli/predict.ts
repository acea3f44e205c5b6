import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { checkWritable, InputError, writeFileAtomic } from '../common';
import { lazy } from './lazy';

interface PredictOptions {
  run: string;
  in?: string;
  text?: string;
  out?: string;
  html?: boolean;
}

interface Text {
  id: string;
  text: string;
}

export function register(program: Command): void {
  program
    .command('predict')
    .description('entities in new text of any length, by a finished run; JSON lines with scores')
    .requiredOption('--run <run>', 'a run\'s key or folder')
    .option('--in <file>', 'JSON lines {"id","text"}, or plain text with a document a line; - reads standard input (default)')
    .option('--text <text>', 'one text')
    .option('--out <file>', 'write there instead of standard output')
    .option('--html', 'a page that draws the entities, nested ones too, instead of JSON lines')
    .action(predict);
}

/** Documents of a file: JSON lines where the first line is a JSON object, else a document a line, blank ones skipped. */
export function parseTexts(content: string, name: string): Text[] {
  const lines = content.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  const first = lines.find((line) => line.trim() !== '');
  const json = first?.trimStart().startsWith('{') ?? false;
  const ids = new Set<string>();
  return lines.flatMap((line, index): Text[] => {
    if (line.trim() === '') return [];
    const id = String(index + 1);
    if (!json) return [{ id, text: line }];
    const where = `${name}: line ${index + 1}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw new InputError(`${where}: ${(error as Error).message}; expected JSON such as {"id":"1","text":"…"}, as in the first line`);
    }
    const { id: given = id, text } = (value ?? {}) as { id?: unknown; text?: unknown };
    if (typeof text !== 'string' || (typeof given !== 'string' && typeof given !== 'number')) {
      throw new InputError(`${where}: expected {"id":"…","text":"…"}, found ${line.slice(0, 80)}`);
    }
    if (ids.has(String(given))) throw new InputError(`${where}: the id ${given} stands twice`);
    ids.add(String(given));
    return [{ id: String(given), text }];
  });
}

/** UTF-8, or refused: a wrongly decoded text would get entities of another text. */
function readTexts(file: string): Text[] {
  const name = file === '-' ? 'standard input' : file;
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw new InputError(`${name} cannot be read: ${(error as Error).message}`);
  }
  let content: string;
  try {
    content = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${name} is not UTF-8; convert it first, as in iconv -f GB18030 -t UTF-8`);
  }
  return parseTexts(content, name);
}

async function predict(options: PredictOptions): Promise<void> {
  if (options.text !== undefined && options.in !== undefined) throw new InputError('--text and --in exclude each other');
  if (options.out !== undefined) checkWritable(options.out);
  const texts = options.text !== undefined ? [{ id: '1', text: options.text }] : readTexts(options.in ?? '-');
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
  if (options.out !== undefined) writeFileAtomic(options.out, output);
  else process.stdout.write(output);
}
