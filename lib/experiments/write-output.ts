import * as path from 'node:path';
import { canonicalJson, displayPath, inProject, writeFileAtomic } from '../common';
import { closeBrowser, exportFigure } from '../figures';
import { experimentCommand } from './command';
import type { Experiment, ExperimentOutput, ExperimentRequest } from './experiment';
import { toLatex } from './latex';
import { resultName } from './result-name';
import { toCsv, toMarkdown } from './table';

/** Where results and figures lie. */
export interface OutputFolders {
  results: string;
  figures: string;
}

/**
 * Writes results/NAME/BASE.{md,tex,csv,json,records.jsonl} and figures/NAME/BASE.{json,html,svg,png}, BASE as `resultName` has it; the last two only
 * where a browser is there. The first JSON tells what was asked for and the command that asks for it again. Returns the files' paths.
 */
export async function writeOutput(
  experiment: Pick<Experiment, 'name' | 'corpusFree'> & { subject?: string },
  request: Pick<ExperimentRequest, 'corpus' | 'profile' | 'set' | 'name'> & { seeds?: readonly number[] | null },
  output: ExperimentOutput,
  folders: OutputFolders = { results: inProject('results'), figures: inProject('figures') },
): Promise<string[]> {
  const { name, corpusFree, subject } = experiment;
  const { corpus, profile, set } = request;
  const base = resultName(experiment, request, path.join(folders.results, name));
  const written: string[] = [];
  const result = (extension: string, text: string): void => {
    const file = path.join(folders.results, name, `${base}.${extension}`);
    writeFileAtomic(file, text);
    written.push(file);
  };
  result('md', output.tables.map(toMarkdown).join('\n'));
  result('tex', output.tables.map(toLatex).join('\n'));
  result('csv', toCsv(output.tables[0]));
  const { seeds = request.seeds } = output.data as { seeds?: readonly number[] };
  const setting = corpusFree ? {} : { ...(subject && { subject }), corpus, profile, set };
  const command = experimentCommand(experiment, { ...request, seeds: seeds ?? null });
  result('json', JSON.stringify({ experiment: name, ...setting, command, tables: output.tables, ...output.data }, null, 2) + '\n');
  if (output.records.length) result('records.jsonl', output.records.map((record) => canonicalJson(record) + '\n').join(''));
  const figures = await exportFigure(output.figure, path.join(folders.figures, name, base));
  await closeBrowser();
  for (const file of [figures.json, figures.html, figures.svg, figures.png]) if (file) written.push(file);
  return written.map((file) => displayPath(file));
}
