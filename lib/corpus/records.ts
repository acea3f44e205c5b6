import type { SourceFile } from './types';
import type { Problem } from './problems';

/** An entity as its file prints it: offsets in the file's own convention, its text where the file prints that. */
export interface RawEntity {
  start: number;
  end: number;
  type: string;
  mention?: string;
}

/** A record as its file prints it. `at` is its place there: `line 3` or `record 12`. */
export interface RawRecord {
  at: string;
  id?: string;
  text: string;
  entities: RawEntity[];
}

/** What a parser makes of a file. `ends` is the format's convention, used where nothing in the file can tell. */
export interface ParsedFile {
  format: SourceFile['format'];
  ends: SourceFile['ends'];
  records: RawRecord[];
  problems: Problem[];
  notes: string[];
}
