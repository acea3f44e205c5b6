// Builds the libtorch addon, once for each combination of its sources, the compiler and the libtorch.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { findCompiler, findLibtorch, findNodeHeaders } from './locate.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const sourceFolder = path.join(here, 'addon');
const buildFolder = path.join(here, 'build');
/** Tells the loader which build is in use. */
const current = path.join(buildFolder, 'current.json');
const binaryName = 'medner_torch.node';

const install = process.platform === 'darwin' ? 'xcode-select --install' : 'Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++';
const noLibtorch =
  'npm run setup installs one into .venv (it needs python3 with venv and pip, and a route to a package index); ' +
  'or Debian: apt install libtorch-dev libdnnl-dev; or name a folder by TORCH_DIR';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

function readSources() {
  const names = readdirSync(sourceFolder).filter((name) => /\.(cc|h)$/.test(name)).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(sourceFolder, name), 'utf8')]));
}

/** Flags by which every file is compiled, and those that link them. */
function flagsFor(libtorch, nodeHeaders) {
  const [major, minor] = libtorch.version.split('.').map(Number);
  const compile = [
    '-O2', '-fPIC', '-fno-math-errno', '-fopenmp-simd', '-w', '-DNAPI_VERSION=8', '-DAT_PER_OPERATOR_HEADERS',
    // libtorch asks for C++20 from 2.10 on, and 1.13's headers are not all valid in it.
    `-std=${major > 2 || (major === 2 && minor >= 5) ? 'c++20' : 'c++17'}`,
    ...(libtorch.oldStrings ? ['-D_GLIBCXX_USE_CXX11_ABI=0'] : []),
    ...(libtorch.dnnl ? ['-DWITH_DNNL'] : []),
    `-I${sourceFolder}`, `-I${nodeHeaders}`, ...libtorch.includes.map((folder) => `-I${folder}`),
  ];
  const link = [
    ...(process.platform === 'darwin' ? ['-bundle', '-undefined', 'dynamic_lookup'] : ['-shared', '-Wl,--no-as-needed']),
    `-L${libtorch.lib}`, '-ltorch', '-ltorch_cpu', '-lc10', ...(libtorch.cuda ? ['-ltorch_cuda', '-lc10_cuda'] : []),
    ...(libtorch.dnnl ? ['-ldnnl'] : []), `-Wl,-rpath,${libtorch.lib}`,
  ];
  return { compile, link };
}

function execute(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) return resolve();
      const lines = errors.split('\n').filter((line) => /error|undefined|cannot|killed/i.test(line));
      reject(new Error((lines.length ? lines : errors.trim().split('\n')).slice(0, 5).join('\n')));
    });
  });
}

/**
 * libtorch's headers take several seconds to read, so the sources are compiled as a few units of several files each, side
 * by side. The files of plain loops stand alone: they include none of them and are optimised further. (Without
 * -fno-trapping-math, GCC computes a choice between two floats one element at a time.)
 */
async function compile(folder, sources, compiler, flags) {
  const [loops, files] = [true, false].map((plain) => Object.keys(sources).filter((name) => name.endsWith('.cc') && name.endsWith('loops.cc') === plain));
  const units = Array.from({ length: Math.min(4, Math.max(2, os.availableParallelism())) }, () => []);
  files.forEach((name, i) => units[i % units.length].push(`#include "${name}"\n`));
  const jobs = units.map(async (includes, i) => {
    const unit = path.join(folder, `unit-${i}.cc`);
    writeFileSync(unit, includes.join(''));
    await execute(compiler.command, [...flags.compile, '-c', unit, '-o', path.join(folder, `unit-${i}.o`)]);
  });
  const object = (name) => path.join(folder, name.replace(/cc$/, 'o'));
  jobs.push(...loops.map((name) =>
    execute(compiler.command, [...flags.compile, '-O3', '-fno-trapping-math', '-c', path.join(sourceFolder, name), '-o', object(name)])));
  // Every compiler has ended before the folder may be removed.
  const failed = (await Promise.allSettled(jobs)).find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  const objects = [...units.map((_, i) => path.join(folder, `unit-${i}.o`)), ...loops.map(object)];
  await execute(compiler.command, [...objects, ...flags.link, '-o', path.join(folder, binaryName)]);
}

/** Folders that an interrupted build left. */
function removeAbandoned() {
  if (!existsSync(buildFolder)) return;
  for (const name of readdirSync(buildFolder)) {
    const owner = /^\.building-(\d+)$/.exec(name)?.[1];
    if (owner && !isRunning(Number(owner))) rmSync(path.join(buildFolder, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function writeCurrent(record) {
  const temporary = `${current}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(record, null, 2) + '\n');
  renameSync(temporary, current);
}

/**
 * Makes sure that the addon is built for the libtorch at hand, and that the torch backend will load this build.
 * Never throws for what a user's machine lacks: `reason` says what is missing and `remedy` how to get it.
 *
 * @param {{log?: (text: string) => void}} options
 * @returns {Promise<{ok: boolean, file?: string, libtorch?: import('./locate.mjs').Libtorch, seconds?: number, cached?: boolean, reason?: string, remedy?: string}>}
 */
export async function ensureAddon({ log = () => {} } = {}) {
  let libtorch;
  try {
    libtorch = findLibtorch();
  } catch (error) {
    return { ok: false, reason: error.message, remedy: 'correct TORCH_DIR, or unset it to search elsewhere' };
  }
  if (!libtorch) return { ok: false, reason: 'no libtorch: none in .venv, in the active python3, or from libtorch-dev', remedy: noLibtorch };
  const compiler = findCompiler();
  if (!compiler) return { ok: false, libtorch, reason: `no C++ compiler: ${process.env.CXX ?? 'g++, c++ or clang++'} not found`, remedy: install };
  const nodeHeaders = findNodeHeaders();
  if (!nodeHeaders) return { ok: false, libtorch, reason: "no Node-API headers: the package node-api-headers is not installed", remedy: 'npm ci' };

  const sources = readSources();
  const flags = flagsFor(libtorch, nodeHeaders);
  const inputs = { sources, compiler: compiler.version, libtorch: [libtorch.version, libtorch.folder], flags, architecture: process.arch };
  const folder = path.join(buildFolder, sha256(JSON.stringify(inputs)).slice(0, 16));
  const file = path.join(folder, binaryName);
  const cached = existsSync(file);
  const since = Date.now();
  if (!cached) {
    removeAbandoned();
    const temporary = path.join(buildFolder, `.building-${process.pid}`);
    mkdirSync(temporary, { recursive: true });
    try {
      log(`building the addon for libtorch ${libtorch.version} (${libtorch.origin}) with ${compiler.version}: 15 to 40 s …`);
      await compile(temporary, sources, compiler, flags);
      mkdirSync(folder, { recursive: true });
      renameSync(path.join(temporary, binaryName), file);
    } catch (error) {
      return { ok: false, libtorch, reason: `the addon did not compile: ${error.message}`, remedy: `${compiler.version} against libtorch ${libtorch.version} (${libtorch.folder}); another pair may do: CXX, TORCH_DIR` };
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  }
  const { origin, version, cuda } = libtorch;
  const digests = Object.fromEntries(Object.entries(sources).map(([name, text]) => [name, sha256(text)]));
  const record = { file: path.relative(buildFolder, file), libtorch: { origin, version, cuda, folder: libtorch.folder }, compiler: compiler.version, sources: digests };
  if (!existsSync(current) || readFileSync(current, 'utf8') !== JSON.stringify(record, null, 2) + '\n') writeCurrent(record);
  return { ok: true, file, libtorch, seconds: (Date.now() - since) / 1000, cached };
}
