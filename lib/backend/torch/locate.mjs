// Finds what the addon is built from: libtorch, a C++ compiler, Node's headers. Plain Node, since set-up runs it before
// anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** First line that a command prints, or undefined where it is missing or fails. */
function firstLine(command, args) {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.split('\n')[0].trim() : undefined;
}

const library = process.platform === 'darwin' ? 'libtorch_cpu.dylib' : 'libtorch_cpu.so';

/** @returns {string[]} the folders named lib/python3.x/site-packages/torch of a virtual environment */
function inVirtualEnvironment(folder) {
  const lib = path.join(folder, 'lib');
  if (!existsSync(lib)) return [];
  return readdirSync(lib).filter((name) => name.startsWith('python3')).map((name) => path.join(lib, name, 'site-packages', 'torch'));
}

/** The version in `torch/version.h`, wherever this release keeps it, with the local part that only version.py tells. */
function versionOf(includes, folder) {
  const python = path.join(folder, 'version.py');
  const written = existsSync(python) && /__version__ = '([^']+)'/.exec(readFileSync(python, 'utf8'))?.[1];
  if (written) return written;
  for (const include of includes) {
    for (const name of ['torch/version.h', 'torch/csrc/api/include/torch/version.h', 'torch/headeronly/version.h']) {
      const file = path.join(include, name);
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
      const numbers = ['MAJOR', 'MINOR', 'PATCH'].map((part) => new RegExp(`TORCH_VERSION_${part} (\\d+)`).exec(text)?.[1]);
      if (numbers.every(Boolean)) return numbers.join('.');
    }
  }
  return undefined;
}

/** Whether this libtorch was compiled with libstdc++'s old strings, as pip's wheels before 2.6 were. */
function oldStrings(folder) {
  const config = path.join(folder, 'share', 'cmake', 'Torch', 'TorchConfig.cmake');
  return existsSync(config) && readFileSync(config, 'utf8').includes('_GLIBCXX_USE_CXX11_ABI=0');
}

/**
 * A libtorch that a folder holds: a Python package's `torch`, or an unpacked libtorch.
 * @typedef {{origin: string, folder: string, version: string, cuda: boolean, includes: string[], lib: string, oldStrings: boolean, dnnl: boolean}} Libtorch
 * @returns {Libtorch | undefined}
 */
function libtorchIn(folder, origin) {
  const includes = [path.join(folder, 'include')];
  const lib = path.join(folder, 'lib');
  if (!existsSync(path.join(includes[0], 'ATen', 'core', 'Tensor.h')) || !existsSync(path.join(lib, library))) return undefined;
  const version = versionOf(includes, folder);
  if (!version) return undefined;
  return { origin, folder, version, cuda: existsSync(path.join(lib, 'libtorch_cuda.so')), includes, lib, oldStrings: oldStrings(folder), dnnl: false };
}

/** Debian's libtorch-dev: headers in /usr/include, the library in the multiarch folder; with libdnnl-dev for fast products. */
function debianLibtorch() {
  const lib = ['x86_64', 'aarch64'].map((cpu) => `/usr/lib/${cpu}-linux-gnu`).find((folder) => existsSync(path.join(folder, library)));
  const version = versionOf(['/usr/include'], '/usr');
  if (!lib || !version || !existsSync('/usr/include/ATen/core/Tensor.h')) return undefined;
  return { origin: "Debian's libtorch-dev", folder: '/usr', version, cuda: false, includes: [], lib, oldStrings: false, dnnl: existsSync('/usr/include/dnnl.h') };
}

/**
 * The libtorch to build against: TORCH_DIR, the .venv of `project`, the active python3's torch, Debian's libtorch-dev.
 * A TORCH_DIR without libtorch is an error, not passed over.
 * @returns {Libtorch | undefined}
 */
export function findLibtorch(project = root) {
  if (process.env.TORCH_DIR) {
    const named = libtorchIn(path.resolve(process.env.TORCH_DIR), 'TORCH_DIR');
    if (!named) throw new Error(`TORCH_DIR=${process.env.TORCH_DIR} holds no libtorch: expected include/ATen and lib/${library} in it`);
    return named;
  }
  for (const folder of inVirtualEnvironment(path.join(project, '.venv'))) {
    const own = libtorchIn(folder, '.venv');
    if (own) return own;
  }
  const active = firstLine('python3', ['-c', 'import importlib.util as u; print(u.find_spec("torch").submodule_search_locations[0])']);
  return (active && libtorchIn(active, "the active python3's torch")) || debianLibtorch();
}

/** @returns {{command: string, version: string} | undefined} */
export function findCompiler() {
  for (const command of process.env.CXX ? [process.env.CXX] : ['g++', 'c++', 'clang++']) {
    const version = firstLine(command, ['--version']);
    if (version) return { command, version };
  }
  return undefined;
}

/** The folder of node_api.h: the node-api-headers package, else the headers of an installed Node. */
export function findNodeHeaders() {
  const folders = [
    path.join(root, 'node_modules', 'node-api-headers', 'include'),
    path.join(path.dirname(process.execPath), '..', 'include', 'node'),
    ...(process.env.npm_config_nodedir ? [path.join(process.env.npm_config_nodedir, 'include', 'node')] : []),
    '/usr/include/node',
    path.join(os.homedir(), '.cache', 'node-gyp', process.versions.node, 'include', 'node'),
  ];
  return folders.find((folder) => existsSync(path.join(folder, 'node_api.h')));
}
