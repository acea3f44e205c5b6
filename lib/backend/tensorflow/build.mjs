// Builds tfjs-node's native binding, unchanged, against the C library inside a TensorFlow wheel: the library that
// tfjs-node's own install script asks for is no longer to be had. Everything lies in .cache/tensorflow: node_modules stays
// as package-lock.json has it, and the binding's JavaScript there finds the project's one copy of tfjs.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, inTemporaryFolder, pruneBuilds, sha256, writeRecord } from '../building.mjs';
import { findCompiler, findNodeHeaders, root } from '../torch/locate.mjs';

/** The release that the binding is known to compile against. */
const release = '2.21.0';
const defaultFolder = path.join(root, '.cache', 'tensorflow');
/** tfjs-node and tfjs-node-gpu have the same JavaScript and the same sources, byte for byte; the lock holds the latter. */
const source = path.join(root, 'node_modules', '@tensorflow', 'tfjs-node-gpu');
const unpack = path.join(path.dirname(fileURLToPath(import.meta.url)), 'unpack.py');
/** One for the processor and one for the GPU may stand side by side. */
const buildsKept = 1;

const seconds = (since) => (Date.now() - since) / 1000;

/** The wheel with the C library, by system; pip has none for others. */
function wheelName(gpu) {
  if (process.platform !== 'linux') return undefined;
  if (process.arch === 'x64') return gpu ? 'tensorflow' : 'tensorflow-cpu';
  return process.arch === 'arm64' && !gpu ? 'tensorflow' : undefined;
}

/** Downloads the wheel and keeps of it, in `libraries`, what the binding needs. pip is bounded: a try, a retry, 20 minutes. */
async function fetchLibraries(libraries, wheel, python) {
  await inTemporaryFolder(path.dirname(libraries), async (folder) => {
    const pip = (...more) => execute(python, [
      '-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--retries', '1', '--timeout', '30',
      '--no-deps', '--only-binary=:all:', '--dest', folder, ...more, `${wheel}==${release}`,
    ], { seconds: 1200 });
    try {
      await pip();
    } catch (error) {
      // The C library is the same for every Python; there may be no wheel for this one.
      if (!/No matching distribution/.test(error.message)) throw error;
      await pip('--python-version', '3.12').catch(() => { throw error; });
    }
    const file = readdirSync(folder).find((name) => name.endsWith('.whl'));
    const parts = path.join(folder, 'parts');
    await execute(python, [unpack, path.join(folder, file), parts, 'tensorflow/c/c_api.h', 'tensorflow/c/eager/c_api.h', 'tensorflow/core/platform/ctstring_internal.h'], { seconds: 600 });
    rmSync(libraries, { recursive: true, force: true });
    renameSync(parts, libraries);
  });
}

function flagsFor(libraries, nodeHeaders) {
  const objects = readdirSync(libraries).filter((name) => name.includes('.so.'));
  return [
    '-std=c++17', '-O2', '-fPIC', '-shared', '-w', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION',
    `-I${nodeHeaders}`, `-I${path.join(libraries, 'include')}`, `-I${path.join(source, 'binding')}`,
    `-L${libraries}`, ...objects.map((name) => `-l:${name}`),
    // Relative, so that the project's folder may move.
    `-Wl,-rpath,$ORIGIN/../../../${path.basename(libraries)}`,
  ];
}

/** Loads a build in a process of its own, multiplies, and tells the library's version and whether it computes on a GPU. */
async function tryOut(folder) {
  const script = `
    const tf = require(${JSON.stringify(folder)});
    const product = tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync();
    if (String(product) !== '3,3,3,3') throw new Error('error: a product of ones gave ' + product);
    const { binding, isUsingGpuDevice } = tf.backend();
    console.log(JSON.stringify({ version: binding.TF_Version, gpu: isUsingGpuDevice }));`;
  const printed = await execute(process.execPath, ['-e', script], { seconds: 300, environment: { TF_CPP_MIN_LOG_LEVEL: '3' } });
  return JSON.parse(printed.trim().split('\n').at(-1));
}

/**
 * Makes sure that the binding is built, and that the tensorflow backend will load this build. Never throws for what a
 * user's machine lacks: `reason` says what is missing and `remedy` how to get it.
 *
 * @param {{gpu: boolean, python: string, log?: (text: string) => void, buildFolder?: string}} options `python` runs pip
 * @returns {Promise<{ok: boolean, version?: string, gpu?: boolean, seconds?: number, cached?: boolean, reason?: string, remedy?: string}>}
 */
export async function ensureBinding({ gpu, python, log = () => {}, buildFolder = defaultFolder }) {
  const since = Date.now();
  const wheel = wheelName(gpu);
  if (!wheel) return { ok: false, reason: `pip has no TensorFlow C library${gpu ? ' for GPUs' : ''} for ${process.platform} on ${process.arch}`, remedy: 'Linux on x86-64 (or on arm64, without a GPU)' };
  if (!existsSync(path.join(source, 'binding'))) return { ok: false, reason: 'the sources of the binding are not there: the package @tensorflow/tfjs-node-gpu is not installed', remedy: 'npm ci --include=optional' };
  const compiler = findCompiler();
  if (!compiler) return { ok: false, reason: `no C++ compiler: ${process.env.CXX ?? 'g++, c++ or clang++'} not found`, remedy: 'Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++' };
  const nodeHeaders = findNodeHeaders();
  if (!nodeHeaders) return { ok: false, reason: 'no Node-API headers: the package node-api-headers is not installed', remedy: 'npm ci' };

  mkdirSync(buildFolder, { recursive: true });
  const libraries = path.join(buildFolder, `${wheel}-${release}`);
  if (!existsSync(libraries)) {
    try {
      log(`downloading ${wheel} ${release} (${gpu ? 'about 600' : 'about 270'} MB; 850 MB stay on disk): half a minute to several …`);
      await fetchLibraries(libraries, wheel, python);
    } catch (error) {
      return { ok: false, reason: `pip could not get ${wheel} ${release}: ${error.message}`, remedy: 'python3 with pip, a route to pypi.org or a folder of wheels (PIP_FIND_LINKS), and 1.5 GB of disk' };
    }
  }

  const description = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
  const files = readdirSync(path.join(source, 'binding')).sort();
  const flags = flagsFor(libraries, nodeHeaders);
  const inputs = { sources: files.map((name) => readFileSync(path.join(source, 'binding', name), 'utf8')), version: description.version, compiler: compiler.version, wheel, release, flags };
  const name = `binding-${sha256(JSON.stringify(inputs)).slice(0, 16)}`;
  const folder = path.join(buildFolder, name);
  const cached = existsSync(folder);
  if (!cached) {
    try {
      log(`building the binding of tfjs-node ${description.version} with ${compiler.version}: about 20 s …`);
      await inTemporaryFolder(buildFolder, async (temporary) => {
        const made = path.join(temporary, name);
        const native = path.join(made, 'lib', 'napi-v8');
        mkdirSync(native, { recursive: true });
        const units = files.filter((file) => file.endsWith('.cc')).map((file) => path.join(source, 'binding', file));
        await execute(compiler.command, [...units, ...flags, '-o', path.join(native, 'tfjs_binding.node')]);
        cpSync(path.join(source, 'dist'), path.join(made, 'dist'), { recursive: true, filter: (file) => !/_test\.|\.d\.ts$/.test(file) });
        writeFileSync(path.join(made, 'package.json'), JSON.stringify({ ...description, name: `@tensorflow/tfjs-node${gpu ? '-gpu' : ''}`, libraries: path.basename(libraries) }, null, 2) + '\n');
        renameSync(made, folder);
      });
    } catch (error) {
      return { ok: false, reason: `the binding did not compile: ${error.message}`, remedy: `${compiler.version} against TensorFlow ${release}; another compiler may do: CXX` };
    }
  }
  let tried;
  try {
    tried = await tryOut(folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    return { ok: false, reason: `the binding does not work: ${error.message}`, remedy: 'delete .cache/tensorflow and run npm run setup:tensorflow again' };
  }
  if (gpu && !tried.gpu) {
    return { ok: false, reason: `TensorFlow ${tried.version} finds no GPU`, remedy: 'an NVIDIA GPU with its driver, and CUDA 12 with cuDNN 9 on LD_LIBRARY_PATH' };
  }
  writeRecord(path.join(buildFolder, 'current.json'), { folder: name, tfjs: description.version, tensorflow: tried.version, gpu: tried.gpu, compiler: compiler.version });
  removeUnused(buildFolder, pruneBuilds(buildFolder, name, buildsKept, (other) => other.startsWith('binding-')));
  return { ok: true, version: tried.version, gpu: tried.gpu, seconds: seconds(since), cached };
}

/** Removes the libraries that no build uses any more. */
function removeUnused(buildFolder, builds) {
  const used = builds.map((name) => JSON.parse(readFileSync(path.join(buildFolder, name, 'package.json'), 'utf8')).libraries);
  for (const name of readdirSync(buildFolder)) {
    if (name.startsWith('tensorflow') && !used.includes(name)) rmSync(path.join(buildFolder, name), { recursive: true, force: true });
  }
}
