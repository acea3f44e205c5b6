import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { sha256 } from '../common';
import { decodeText } from './encoding';
import { problem, type Problem } from './problems';
import type { ParsedFile, RawEntity, RawRecord } from './records';

const textSuffix = '.txtoriginal.txt';

/** A section of a patient's record: `病史特点-17.txtoriginal.txt` holds the text, `病史特点-17.txt` its entities. */
export interface Ccks2017Section {
  name: string;
  textFile: string;
  annotationFile: string;
  patient: number;
}

/** The sections in the publisher's own layout, anywhere under `folder`, in a fixed order. */
export function findSections(folder: string): Ccks2017Section[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(textSuffix))
    .map((file) => {
      const name = path.basename(file).slice(0, -textSuffix.length);
      const textFile = path.join(folder, file);
      return { name, textFile, annotationFile: path.join(path.dirname(textFile), `${name}.txt`), patient: Number(/(\d+)$/.exec(name)?.[1] ?? 0) };
    })
    .sort((a, b) => a.patient - b.patient || (a.textFile < b.textFile ? -1 : 1));
}

/**
 * Reads sections. An annotation is a line `entity<TAB>start<TAB>end<TAB>type`, ends inclusive; each is checked against
 * the text. Line breaks of the text count and are kept.
 */
export function parseSections(sections: Ccks2017Section[]): ParsedFile & { encoding: string; sha256: string } {
  const problems: Problem[] = [];
  const encodings = new Set<string>();
  const digests: string[] = [];
  const read = (file: string) => {
    const bytes = readFileSync(file);
    const { text, encoding } = decodeText(bytes, file);
    encodings.add(encoding);
    digests.push(sha256(bytes));
    return text;
  };
  const records = sections.map(({ name, textFile, annotationFile }): RawRecord => {
    const text = read(textFile);
    const entities: RawEntity[] = [];
    if (!existsSync(annotationFile)) {
      problems.push(problem('malformed', textFile, '', `its annotations, ${path.basename(annotationFile)}, are not beside it`));
      return { at: name, id: name, text, entities };
    }
    read(annotationFile).split(/\r?\n/).forEach((line, i) => {
      if (line.trim() === '') return;
      const match = /^(.+)\t(\d+)\t(\d+)\t(\S+)\s*$/.exec(line);
      if (match) entities.push({ mention: match[1], start: Number(match[2]), end: Number(match[3]), type: match[4] });
      else problems.push(problem('malformed', annotationFile, `line ${i + 1}`, `expected entity, start, end and type between tabs, found "${line.slice(0, 60)}"`));
    });
    return { at: name, id: name, text, entities };
  });
  return { format: 'ccks', ends: 'inclusive', records, problems, notes: [], encoding: [...encodings].join(', '), sha256: sha256(digests.join('\n')) };
}
