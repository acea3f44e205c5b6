// Builds the libtorch addon, once for each combination of its sources, the compiler and the libtorch.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, inTemporaryFolder, pruneBuilds, sha256, writeRecord } from '../building.mjs';
import { findCompiler, findLibtorch, findNodeHeaders } from './locate.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const sourceFolder = path.join(here, 'addon');
const buildFolder = path.join(here, 'build');
/** Tells the loader which build is in use. */
const current = path.join(buildFolder, 'current.json');
const binaryName = 'medner_torch.node';
/** Builds that stay beside the one in use; each has a few megabytes. */
const buildsKept = 4;

const install = process.platform === 'darwin' ? 'xcode-select --install' : 'Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++';
const noLibtorch =
  'npm run setup installs one into .venv (it needs python3 with venv and pip, and a route to a package index); ' +
  'or Debian: apt install libtorch-dev libdnnl-dev; or name a folder by TORCH_DIR';

function readSources() {
  const names = readdirSync(sourceFolder).filter((name) => /\.(cc|h)$/.test(name)).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(sourceFolder, name), 'utf8')]));
}

/** Flags by which every file is compiled, and those that link them. */
function flagsFor(libtorch, nodeHeaders, compiler) {
  const [major, minor] = libtorch.version.split('.').map(Number);
  const compile = [
    '-O2', '-fPIC', '-fno-math-errno', '-w', '-DNAPI_VERSION=8', '-DAT_PER_OPERATOR_HEADERS',
    `-DLIBTORCH_VERSION=${major * 100 + minor}`,
    // libtorch's loops over threads are inline and serial without OpenMP. Nothing is linked for it: GCC's calls find the
    // OpenMP that libtorch has loaded, whose number of threads it sets. Clang's would want another.
    /clang/i.test(compiler.version) ? '-fopenmp-simd' : '-fopenmp',
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

const isLoops = (name) => /(^|-)loops\.cc$/.test(name);
// A division that is computed for every element, though only some need it, may not raise a floating-point exception:
// without saying so, compilers leave such loops scalar.
const loopFlags = ['-O3', '-fno-trapping-math'];

/**
 * libtorch's headers take several seconds to read, so the sources are compiled as a few units of several files each, side
 * by side. The files of plain loops stand alone: they include none of them and are optimised further.
 */
async function compile(folder, sources, compiler, flags) {
  const files = Object.keys(sources).filter((name) => name.endsWith('.cc') && !isLoops(name));
  const loops = Object.keys(sources).filter(isLoops);
  const units = Array.from({ length: Math.min(4, Math.max(2, os.availableParallelism())) }, () => []);
  files.forEach((name, i) => units[i % units.length].push(`#include "${name}"\n`));
  const jobs = units.map(async (includes, i) => {
    const unit = path.join(folder, `unit-${i}.cc`);
    writeFileSync(unit, includes.join(''));
    await execute(compiler.command, [...flags.compile, '-c', unit, '-o', path.join(folder, `unit-${i}.o`)]);
  });
  jobs.push(...loops.map((name) =>
    execute(compiler.command, [...flags.compile, ...loopFlags, '-c', path.join(sourceFolder, name), '-o', path.join(folder, `${name}.o`)])));
  // Every compiler has ended before the folder may be removed.
  const failed = (await Promise.allSettled(jobs)).find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  const objects = [...units.map((_, i) => `unit-${i}.o`), ...loops.map((name) => `${name}.o`)].map((name) => path.join(folder, name));
  await execute(compiler.command, [...objects, ...flags.link, '-o', path.join(folder, binaryName)]);
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
  const flags = flagsFor(libtorch, nodeHeaders, compiler);
  const inputs = { sources, compiler: compiler.version, libtorch: [libtorch.version, libtorch.folder], flags: { ...flags, loopFlags }, architecture: process.arch };
  const folder = path.join(buildFolder, sha256(JSON.stringify(inputs)).slice(0, 16));
  const file = path.join(folder, binaryName);
  const cached = existsSync(file);
  const since = Date.now();
  if (!cached) {
    try {
      log(`building the addon for libtorch ${libtorch.version} (${libtorch.origin}) with ${compiler.version}: 15 to 40 s …`);
      await inTemporaryFolder(buildFolder, async (temporary) => {
        await compile(temporary, sources, compiler, flags);
        mkdirSync(folder, { recursive: true });
        renameSync(path.join(temporary, binaryName), file);
      });
    } catch (error) {
      return { ok: false, libtorch, reason: `the addon did not compile: ${error.message}`, remedy: `${compiler.version} against libtorch ${libtorch.version} (${libtorch.folder}); another pair may do: CXX, TORCH_DIR` };
    }
  }
  const { origin, version, cuda } = libtorch;
  const digests = Object.fromEntries(Object.entries(sources).map(([name, text]) => [name, sha256(text)]));
  const record = { file: path.relative(buildFolder, file), libtorch: { origin, version, cuda, folder: libtorch.folder }, compiler: compiler.version, sources: digests };
  writeRecord(current, record);
  pruneBuilds(buildFolder, path.basename(folder), buildsKept, (name) => /^[0-9a-f]{16}$/.test(name));
  return { ok: true, file, libtorch, seconds: (Date.now() - since) / 1000, cached };
}
