import { accessSync, constants, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { InputError } from '../common';

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const macApplications = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

export const chromiumRemedy =
  'install one (Debian, Ubuntu: apt install chromium fonts-noto-cjk; without root: npx playwright-core install chromium) ' +
  'or name one in CHROMIUM_PATH';

/**
 * The browser that draws figures: `CHROMIUM_PATH`, else one on the PATH, in an application folder, or in Playwright's
 * cache; undefined where there is none.
 * @throws InputError when `CHROMIUM_PATH` names something that cannot be run
 */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!runs(named)) throw new InputError(`CHROMIUM_PATH: expected a program, found none at ${named}; correct or unset it`);
    return named;
  }
  const folders = [...(process.env.PATH ?? '').split(path.delimiter).filter(Boolean), '/usr/bin', '/usr/local/bin', '/snap/bin'];
  const installed = commands.flatMap((command) => folders.map((folder) => path.join(folder, command)));
  return [...installed, ...macApplications, ...playwrightBrowsers()].find(runs);
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Chromium builds that `playwright install` left behind, newest first. */
function playwrightBrowsers(): string[] {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH
    ?? path.join(homedir(), process.platform === 'darwin' ? 'Library/Caches/ms-playwright' : '.cache/ms-playwright');
  const revision = (name: string) => Number(name.split('-').pop());
  return list(cache)
    .filter((name) => /^chromium(_headless_shell)?-\d+$/.test(name))
    .sort((a, b) => revision(b) - revision(a))
    .flatMap((build) => list(path.join(cache, build)).flatMap((folder) =>
      ['chrome', 'headless_shell', 'chrome-headless-shell', 'Chromium.app/Contents/MacOS/Chromium']
        .map((program) => path.join(cache, build, folder, program))));
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
