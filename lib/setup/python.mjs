import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { say, seconds } from './console.mjs';
import { at, sha256, stamp, venv, venvPython } from './paths.mjs';
import { run, tail } from './run.mjs';

const requirements = at('requirements.txt');
const done = at('.venv', 'medner-requirements');
const lost = 'the fast backend (unless libtorch is found elsewhere; wasm, some ten times slower, takes over) and the notebooks';

export const pythonReady = () => existsSync(venvPython) && stamp(done) === sha256(requirements);

/** True where an NVIDIA driver answers; then torch comes with CUDA, else its small CPU build is taken. */
export async function hasNvidiaGpu() {
  if (existsSync('/proc/driver/nvidia/version')) return true;
  return (await run('nvidia-smi', ['-L'])).status === 0;
}

/**
 * `.venv` with what requirements.txt lists. pip tries an unreachable index once more and no oftener: its own five
 * retries a package cost twenty minutes on a machine that has local wheels and no route to the default index.
 */
export async function installPython() {
  const name = 'Python';
  if (pythonReady()) return { name, ok: true, detail: await describe() };
  const python = process.env.MEDNER_PYTHON ?? 'python3';
  const version = await run(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']);
  if (version.status !== 0) {
    return { name, ok: false, detail: `no ${python} was found`, lost, remedy: 'install Python 3.9 or later (Debian: apt install python3-venv), or name one by MEDNER_PYTHON' };
  }
  const since = Date.now();
  if (!existsSync(venvPython) || !(await run(venvPython, ['-m', 'pip', '--version'])).output.startsWith('pip')) {
    rmSync(venv, { recursive: true, force: true });
    const made = await run(python, ['-m', 'venv', venv]);
    if (made.status !== 0) {
      rmSync(venv, { recursive: true, force: true });
      return { name, ok: false, detail: `Python ${version.output.trim()} cannot make a virtual environment:\n${tail(made.output, 4)}`, lost, remedy: 'Debian: apt install python3-venv' };
    }
  }
  const lines = readFileSync(requirements, 'utf8').split('\n').map((line) => line.trim()).filter(Boolean);
  const torch = lines.filter((line) => line.startsWith('torch'));
  const others = lines.filter((line) => !line.startsWith('torch'));
  const gpu = await hasNvidiaGpu();
  say(`  installing Python packages into .venv: ${gpu ? 'torch with CUDA (some gigabytes)' : 'torch for CPUs (about 200 MB)'}, Jupyter …`);
  const pip = (args) => run(venvPython, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '30', ...args]);
  // The default index carries the CUDA build; the CPU build has an index of its own.
  const first = await pip([...(gpu ? [] : ['--index-url', 'https://download.pytorch.org/whl/cpu']), ...torch]);
  const second = await pip(others);
  const failed = [first, second].filter(({ status }) => status !== 0);
  if (failed.length) {
    const what = failed.length === 2 ? 'torch and Jupyter' : first.status !== 0 ? 'torch' : 'Jupyter';
    return {
      name, ok: false, detail: `pip could not install ${what}:\n${failed.map(({ output }) => tail(output, 4)).join('\n')}`,
      lost: first.status !== 0 && second.status !== 0 ? lost : first.status !== 0 ? 'the fast backend, unless libtorch is found elsewhere' : 'the notebooks',
      remedy: 'a route to pypi.org and download.pytorch.org, or local wheels (PIP_FIND_LINKS); then npm run setup',
    };
  }
  writeFileSync(done, sha256(requirements) + '\n');
  return { name, ok: true, detail: `${await describe()}, installed in ${seconds(since)}` };
}

async function describe() {
  const { output } = await run(venvPython, ['-c', [
    'import sys; from importlib.metadata import version',
    'print("Python %d.%d.%d, torch %s, JupyterLab %s" % (*sys.version_info[:3], version("torch"), version("jupyterlab")))',
  ].join('\n')]);
  return output.trim();
}
