import { readFileSync } from 'node:fs';
import * as path from 'node:path';

/** Script text that can stand inside a script element: it can neither end the element nor open a comment. */
export function inlineScript(source: string): string {
  return source.replace(/<\/script/gi, '<\\/script').replace(/<!--/g, '<\\!--');
}

/** The texts of small files of one folder, in the order named: pages put their scripts and styles together from them. */
export function readParts(folder: string, extension: '.js' | '.css', names: readonly string[]): string[] {
  return names.map((name) => readFileSync(path.join(folder, name + extension), 'utf8'));
}

/** A page's scripts, each in a function of its own: they share nothing but the page. */
export function scriptElement(...sources: string[]): string {
  return sources.map((source) => `<script>(function () {\n'use strict';\n${inlineScript(source)}})();</script>`).join('\n');
}
