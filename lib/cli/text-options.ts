import * as path from 'node:path';
import { Option } from 'commander';
import { projectRoot } from '../common';
import { collect } from './interruptible';
import { lazy } from './lazy';

/** What commands that train on unlabelled text are told about it. */
export interface TextFlags {
  corpus: string[];
  guard: string[];
}

export const textArgument = ['[text...]', 'files or folders of text: .txt (a passage a line), .json, .jsonl, .csv'] as const;

export const corpusOption = (): Option =>
  repeated('--corpus <id>', "train on a corpus's training texts too, and leave out text that holds its other documents; may be repeated");

export const guardOption = (): Option =>
  repeated('--guard <id|path>', 'leave out text that holds a scored document of this corpus, or a passage of these files; may be repeated');

export const repeated = (flags: string, description: string): Option => new Option(flags, description).default([] as string[]).argParser(collect);

/** A path as records have it: relative to the project where it lies in it. */
export function inProjectTerms(file: string): string {
  const relative = path.relative(projectRoot, path.resolve(file));
  return relative.startsWith('..') ? path.resolve(file) : relative;
}

/** The fields of a config's `text` that the argument and the two options give. */
export function textOf(sources: readonly string[], { corpus, guard }: TextFlags): { sources: string[]; corpora: string[]; guarded: string[] } {
  const { isCorpus } = lazy.corpus();
  return { sources: sources.map(inProjectTerms), corpora: corpus, guarded: guard.map((name) => (isCorpus(name) ? name : inProjectTerms(name))) };
}
