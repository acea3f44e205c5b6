import { readFileSync, readdirSync } from 'node:fs';
import * as path from 'node:path';

/** Script text that can stand inside a script element: it can neither end the element nor open a comment. */
export function inlineScript(source: string): string {
  return source.replace(/<\/script/gi, '<\\/script').replace(/<!--/g, '<\\!--');
}

/** The texts of a folder's files of one kind, by name: pages put their small scripts and styles together from them. */
export function readParts(folder: string, extension: '.js' | '.css'): string[] {
  return readdirSync(folder).filter((name) => name.endsWith(extension)).sort().map((name) => readFileSync(path.join(folder, name), 'utf8'));
}

/** A page's scripts, each in a function of its own: they share nothing but the page. */
export function scriptElement(...sources: string[]): string {
  return sources.map((source) => `<script>(function () {\n'use strict';\n${inlineScript(source)}})();</script>`).join('\n');
}
