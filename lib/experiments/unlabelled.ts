import { readLines } from '../common';

export interface UnlabelledText {
  lines: string[];
  /** Lines left out because they hold a text that is scored or that chooses the epoch. */
  leftOut: number;
}

/** UTF-16 units that stand for a text when lines are searched for it. */
const fingerprint = 16;

/**
 * The lines of text files, without those that hold one of `hidden`: what is scored must not be trained on, not even
 * unlabelled. Every position of a line is looked up among the texts' first 16 units, and a hit compared in full. Texts are compared as they are
 * written, not by their normal forms: the word vectors of a run are trained on what this leaves, so another rule would make other runs.
 */
export function readUnlabelled(files: readonly string[], hidden: readonly string[]): UnlabelledText {
  const byStart = new Map<string, string[]>();
  for (const text of hidden) {
    const start = text.trim().slice(0, fingerprint);
    if (start) byStart.set(start, [...(byStart.get(start) ?? []), text.trim()]);
  }
  const short = [...byStart.keys()].filter((start) => start.length < fingerprint);
  const holds = (line: string): boolean => {
    if (short.some((text) => line === text)) return true;
    for (let i = 0; i + fingerprint <= line.length; i++) {
      if (byStart.get(line.slice(i, i + fingerprint))?.some((text) => line.startsWith(text, i))) return true;
    }
    return false;
  };
  const all = files.flatMap(readLines);
  const lines = all.filter((line) => !holds(line));
  return { lines, leftOut: all.length - lines.length };
}
