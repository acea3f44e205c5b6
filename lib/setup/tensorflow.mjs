// npm run setup:tensorflow [-- --gpu|--cpu]: the optional `tensorflow` backend, tfjs-node on the C library of a TensorFlow wheel.
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { say, sayStep } from './console.mjs';
import { installPackages } from './packages.mjs';
import { at, venvPython } from './paths.mjs';
import { hasNvidiaGpu } from './python.mjs';
import { run } from './run.mjs';

const lost = 'the tensorflow backend; torch, or else wasm, computes without it';

/** A Python that has pip: that of `.venv`, else the one set-up would take. Nothing is installed into either. */
async function pythonWithPip() {
  for (const python of [...(existsSync(venvPython) ? [venvPython] : []), process.env.MEDNER_PYTHON ?? 'python3']) {
    if ((await run(python, ['-m', 'pip', '--version'])).status === 0) return python;
  }
  return undefined;
}

/** Without a choice, the GPU is taken where one answers and TensorFlow finds it, else the processor. */
async function setupTensorflow(choice) {
  const packages = await installPackages();
  if (!packages.ok) return packages;
  const name = 'tensorflow';
  const python = await pythonWithPip();
  if (!python) return { name, ok: false, detail: 'no python3 with pip was found', lost, remedy: 'Debian: apt install python3-pip; or name a Python by MEDNER_PYTHON' };
  const { ensureBinding } = await import(pathToFileURL(at('lib/backend/tensorflow/build.mjs')).href);
  const kinds = choice ? [choice === '--gpu'] : (await hasNvidiaGpu()) ? [true, false] : [false];
  let built;
  for (const gpu of kinds) {
    built = await ensureBinding({ gpu, python, log: (text) => say(`  ${text}`) });
    if (built.ok) break;
    if (kinds.length > 1 && gpu) say(`  not on the GPU: ${built.reason}; to get it: ${built.remedy}`);
  }
  if (!built.ok) return { name, ok: false, detail: built.reason, lost, remedy: built.remedy };
  return { name, ok: true, detail: `TensorFlow ${built.version} on the ${built.gpu ? 'GPU' : 'processor'}, ${built.cached ? 'built before' : `made in ${built.seconds.toFixed(1)} s`}; MEDNER_BACKEND=tensorflow takes it` };
}

const args = process.argv.slice(2);
if (args.length > 1 || (args.length === 1 && !['--gpu', '--cpu'].includes(args[0]))) {
  say(`npm run setup:tensorflow takes --gpu or --cpu, or nothing (found: ${args.join(' ')})`);
  process.exit(2);
}
const step = await setupTensorflow(args[0]);
sayStep(step);
process.exitCode = step.ok ? 0 : 1;
