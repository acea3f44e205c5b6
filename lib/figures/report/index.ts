import { statSync } from 'node:fs';
import * as path from 'node:path';
import { InputError, displayPath, inProject, writeFileAtomic } from '../../common';
import { readLengthCounts } from '../explorer';
import { collectSections } from './collect';
import { reportPage } from './page';
import { collectSpeed } from './speed';

export interface ReportOptions {
  /** Folder of the experiments' tables and records; the report is written here. Default results. */
  results?: string;
  /** Folder of the experiments' figures. Default figures. */
  figures?: string;
}

export interface WrittenReport {
  file: string;
  /** How many experiments it shows. */
  sections: number;
  bytes: number;
}

/**
 * Writes report.html from everything that experiments left behind. Equal results give equal bytes.
 * @throws InputError where there is no result yet
 */
export function writeReport({ results = inProject('results'), figures = inProject('figures') }: ReportOptions = {}): WrittenReport {
  const sections = collectSections(results, figures);
  if (!sections.length) throw new InputError(`${displayPath(results)} holds no experiment's results; make some first, for example: npx medner experiment b-comparison --profile quick`);
  const file = path.join(results, 'report.html');
  writeFileAtomic(file, reportPage({ sections, speed: collectSpeed(results), corpora: readLengthCounts(path.join(results, 'length-counts')) }));
  return { file, sections: sections.length, bytes: statSync(file).size };
}
