import { existsSync, writeFileSync } from 'node:fs';
import { say, seconds } from './console.mjs';
import { at, sha256, stamp } from './paths.mjs';
import { run, tail } from './run.mjs';

const lock = at('package-lock.json');
const done = at('node_modules', '.medner-lock');

export const packagesReady = () => existsSync(at('node_modules')) && stamp(done) === sha256(lock);

/** The npm packages, exactly as package-lock.json names them. Without them nothing runs. */
export async function installPackages() {
  const name = 'packages';
  if (packagesReady()) return { name, ok: true, detail: 'installed' };
  say('  installing npm packages (about 400) …');
  const since = Date.now();
  const { status, output } = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (status !== 0) {
    return {
      name, ok: false, fatal: true, detail: `npm ci failed:\n${tail(output)}`,
      lost: 'everything: the project cannot start', remedy: 'check the route to the npm registry (npm ping), then run the same command again',
    };
  }
  writeFileSync(done, sha256(lock) + '\n');
  return { name, ok: true, detail: `installed in ${seconds(since)}` };
}
