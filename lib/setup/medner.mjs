#!/usr/bin/env node
// The `medner` command: lib/cli/main.ts, after set-up where something is not there yet.
import { realpathSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packagesReady } from './packages.mjs';
import { at } from './paths.mjs';
import { foreground } from './run.mjs';
import { setup } from './setup.mjs';

/** Runs the command line in a process of its own, in this terminal and folder; resolves to its exit status. */
export function medner(args) {
  return foreground(process.execPath, ['--import', pathToFileURL(at('node_modules/tsx/dist/loader.mjs')).href, at('lib/cli/main.ts'), ...args], { cwd: process.cwd() });
}

// npx starts this file through a link in node_modules/.bin.
if (fileURLToPath(import.meta.url) === realpathSync(process.argv[1])) {
  const ready = packagesReady() || (await setup()).ok;
  process.exitCode = ready ? await medner(process.argv.slice(2)) : 1;
}
