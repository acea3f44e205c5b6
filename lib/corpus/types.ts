import type { SplitScheme } from './split';

/** A mention: code points [start, end) of its document's text, and a type such as `dis`. */
export interface Entity {
  start: number;
  end: number;
  type: string;
}

/** One record of a corpus. `text` is kept exactly as published. */
export interface Document {
  id: string;
  text: string;
  entities: Entity[];
}

export const splitNames = ['train', 'dev', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/** A file that a corpus was read from, for run records and for messages. */
export interface SourceFile {
  path: string;
  sha256: string;
  format: 'jsonl' | 'cmeee' | 'ccks' | 'bio';
  encoding: string;
  /** How the file prints an entity's end. */
  ends: 'inclusive' | 'exclusive';
  /** What the file's offsets count, found the same way. The project itself counts code points everywhere. */
  offsets: 'code points' | 'UTF-16';
  /** `assumed`: the file prints no entity text to match, so `ends` and `offsets` follow its format's convention. */
  basis: 'matched' | 'assumed';
}

export interface Corpus {
  id: string;
  /** Entity types in a fixed order (the publisher's, else alphabetical). */
  types: string[];
  splits: Partial<Record<SplitName, Document[]>>;
  /** How they were split. */
  scheme: SplitScheme;
  files: SourceFile[];
  /** What a reader should know: a reconstruction, a derived split, an unlabelled part left out. */
  notes: string[];
}

export const lengthClasses = ['short', 'medium', 'long'] as const;
export type LengthClass = (typeof lengthClasses)[number];

/** Paper B, section 3.1.1: short 1-3, medium 4-7, long 8 or more characters. */
export function lengthClass(entity: Pick<Entity, 'start' | 'end'>): LengthClass {
  const length = entity.end - entity.start;
  return length <= 3 ? 'short' : length <= 7 ? 'medium' : 'long';
}
