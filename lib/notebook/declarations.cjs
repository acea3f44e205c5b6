'use strict';
/**
 * The library's declarations (.d.ts), made once for each state of its sources.
 *
 * A cell that imports './lib/index' would make tslab parse, check and compile every file of lib with its own, older
 * compiler: some ten seconds a kernel, more with each file. Cells only need the types, so TypeScript proper writes
 * declarations into .cache (4 s, and only after lib changed) and the kernel shows them to tslab in place of the
 * sources. What runs is the sources themselves, through tsx, as in commands and tests.
 */
const { createHash } = require('node:crypto');
const { spawn } = require('node:child_process');
const { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } = require('node:fs');
const path = require('node:path');

/** Every TypeScript source below a folder, sorted. */
function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sources(file);
    return /\.(ts|json)$/.test(entry.name) ? [file] : [];
  }).sort();
}

/** A name for the state that the declarations depend on: the sources, and which packages are installed. */
function stateOf(root) {
  const hash = createHash('sha256').update(readFileSync(path.join(root, 'package-lock.json')));
  for (const file of sources(path.join(root, 'lib'))) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/**
 * The folder that holds the declarations of lib as it is now; makes it where it is not there yet. Type errors in lib do
 * not stop it (the type check reports those); a compiler that cannot run does.
 */
async function ensureDeclarations(root) {
  const cache = path.join(root, '.cache', 'declarations');
  const folder = path.join(cache, stateOf(root));
  if (existsSync(folder)) return folder;
  mkdirSync(cache, { recursive: true });
  const temporary = path.join(cache, `.making-${process.pid}`);
  await compile(root, temporary);
  // The folder itself may be there by now, made by another kernel: that one is not stale.
  const stale = readdirSync(cache).filter((name) => !name.startsWith('.making-') && name !== path.basename(folder));
  try {
    renameSync(temporary, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(temporary, { recursive: true, force: true }); // another kernel was faster
  }
  for (const name of stale) rmSync(path.join(cache, name), { recursive: true, force: true });
  return folder;
}

function compile(root, outDir) {
  const tsc = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = [
    '--declaration', '--emitDeclarationOnly', '--noCheck', '--outDir', outDir, '--rootDir', root,
    '--target', 'ES2022', '--module', 'CommonJS', '--moduleResolution', 'Node10', '--esModuleInterop',
    '--resolveJsonModule', '--strict', '--skipLibCheck', '--types', 'node',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, ...options, path.join(root, 'lib', 'index.ts')], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', () => {
      if (existsSync(path.join(outDir, 'lib', 'index.d.ts'))) resolve();
      else reject(new Error(`the library's declarations could not be made:\n${output.slice(-2000)}`));
    });
  });
}

/**
 * Shows the compiler `ts` the declarations in place of lib's sources. A kernel keeps the types that it began with,
 * as it keeps the modules it loaded; nothing needs to be watched.
 */
function showDeclarations(ts, root, folder) {
  const lib = path.join(root, 'lib') + path.sep;
  const typePackages = path.join(root, 'node_modules', '@types');
  const mapped = (file) => {
    const full = path.resolve(file);
    return full.startsWith(lib) && full.endsWith('.d.ts') ? path.join(folder, path.relative(root, full)) : undefined;
  };
  const hidden = (file) => /\.tsx?$/.test(file) && path.resolve(file).startsWith(lib);
  const { fileExists, readFile, getDirectories } = ts.sys;
  ts.sys.fileExists = (file) => {
    const declaration = mapped(file);
    if (declaration) return existsSync(declaration);
    return hidden(file) ? false : fileExists.call(ts.sys, file);
  };
  ts.sys.readFile = (file, encoding) => readFile.call(ts.sys, mapped(file) ?? file, encoding);
  // Every package of @types would be loaded unasked: cells need Node's.
  ts.sys.getDirectories = (directory) => (path.resolve(directory) === typePackages ? ['node'] : getDirectories.call(ts.sys, directory));
  ts.sys.watchFile = () => ({ close() {} });
  ts.sys.watchDirectory = () => ({ close() {} });
}

module.exports = { ensureDeclarations, showDeclarations };
