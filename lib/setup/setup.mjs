// npm run setup: everything the project needs, in this folder and nowhere else. A second run finds it all there.
import { pathToFileURL } from 'node:url';
import { sayStep, say, seconds } from './console.mjs';
import { at, venv } from './paths.mjs';
import { installPackages } from './packages.mjs';
import { installPython, pythonReady } from './python.mjs';

/**
 * Packages and Python install side by side; the addon then builds against the torch in `.venv`; the notebook kernel
 * comes last. What is missing is said and skipped: only the npm packages are indispensable.
 * @returns {Promise<{ok: boolean, steps: import('./console.mjs').Step[]}>}
 */
export async function setup({ quiet = false } = {}) {
  const since = Date.now();
  const major = Number(process.versions.node.split('.')[0]);
  const minor = Number(process.versions.node.split('.')[1]);
  if (major < 20 || (major === 20 && minor < 19)) {
    sayStep({ name: 'Node', ok: false, detail: `Node ${process.versions.node} is too old`, lost: 'everything', remedy: 'Node 20.19 or later: https://nodejs.org' });
    return { ok: false, steps: [] };
  }
  const steps = [];
  const report = (step) => {
    steps.push(step);
    if (!quiet || !step.ok) sayStep(step);
    return step;
  };
  const [packages] = await Promise.all([installPackages().then(report), installPython().then(report)]);
  if (packages.ok) {
    report(await addon());
    if (pythonReady()) report(await kernel());
  }
  if (!quiet) say(`  set-up took ${seconds(since)}`);
  return { ok: packages.ok, steps };
}

async function addon() {
  const { ensureAddon } = await import(pathToFileURL(at('lib/backend/torch/build.mjs')).href);
  const built = await ensureAddon({ log: (text) => say(`  ${text}`) });
  if (!built.ok) {
    return { name: 'backend', ok: false, detail: built.reason, lost: 'the fast backend: wasm, some ten times slower, takes over', remedy: built.remedy };
  }
  return { name: 'backend', ok: true, detail: `addon for libtorch ${built.libtorch.version}, ${built.cached ? 'built before' : `built in ${built.seconds.toFixed(1)} s`}` };
}

async function kernel() {
  const { installKernelspec } = await import(pathToFileURL(at('lib/notebook/kernelspec.mjs')).href);
  const file = await installKernelspec(venv);
  return { name: 'kernel', ok: true, detail: `TypeScript (tslab) in ${file.replace(at('/'), '')}` };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = (await setup()).ok ? 0 : 1;
}
