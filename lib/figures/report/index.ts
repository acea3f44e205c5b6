import * as path from 'node:path';
import { InputError, displayPath, inProject, writeFileAtomic } from '../../common';
import { collectSections } from './collect';
import { reportPage } from './page';

export interface ReportOptions {
  /** Folder of the experiments' tables and records; the report is written here. Default results. */
  results?: string;
  /** Folder of the experiments' figures. Default figures. */
  figures?: string;
}

/**
 * Writes report.html from everything that experiments left behind. Equal results give equal bytes.
 * @returns the file and how many experiments it shows
 * @throws InputError where there is no result yet
 */
export function writeReport({ results = inProject('results'), figures = inProject('figures') }: ReportOptions = {}): { file: string; sections: number } {
  const sections = collectSections(results, figures);
  if (!sections.length) throw new InputError(`${displayPath(results)} holds no experiment's results; make some first, for example: npx medner experiment b-comparison --profile quick`);
  const file = path.join(results, 'report.html');
  writeFileAtomic(file, reportPage(sections));
  return { file, sections: sections.length };
}
