import * as assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inProject } from '../../lib/common';
import { torchMissing } from './support';

type Answer = Record<string, string>;

const script = (module: string, call: string): string[] =>
  ['--input-type=module', '-e', `import * as m from ${JSON.stringify(pathToFileURL(inProject(module)).href)}; console.log(JSON.stringify((await m.${call}) ?? null));`];

/** What a function of a set-up module answers in a process of its own. */
function ask(module: string, call: string, environment: Record<string, string> = {}): Answer {
  const { stdout, stderr } = spawnSync(process.execPath, script(module, call), { cwd: inProject(), encoding: 'utf8', env: { ...process.env, ...environment } });
  assert.ok(stdout, stderr);
  return JSON.parse(stdout) as Answer;
}

function program(file: string, lines: string): string {
  writeFileSync(file, `#!/bin/sh\n${lines}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Files that make a folder look like a Python package's torch. */
function pretendTorch(folder: string, version: string): void {
  for (const part of ['include/ATen/core', 'lib']) mkdirSync(path.join(folder, part), { recursive: true });
  writeFileSync(path.join(folder, 'include', 'ATen', 'core', 'Tensor.h'), '');
  writeFileSync(path.join(folder, 'lib', process.platform === 'darwin' ? 'libtorch_cpu.dylib' : 'libtorch_cpu.so'), '');
  writeFileSync(path.join(folder, 'version.py'), `__version__ = '${version}'\n`);
}

const waitFor = async (condition: () => boolean): Promise<void> => {
  for (let i = 0; i < 300 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(condition(), 'it did not happen in 15 s');
};

describe('building native addons', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'medner-building-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe('finding libtorch', () => {
    const find = (environment: Record<string, string>): Answer | null =>
      ask('lib/backend/torch/locate.mjs', `findLibtorch(${JSON.stringify(folder)})`, { TORCH_DIR: '', ...environment });

    it('takes the .venv before the active python3, and TORCH_DIR before both', () => {
      const [own, active, named] = ['.venv/lib/python3.11/site-packages/torch', 'active', 'named'].map((name) => path.join(folder, name));
      pretendTorch(active, '2.1.0');
      mkdirSync(path.join(folder, 'bin'));
      program(path.join(folder, 'bin', 'python3'), `echo ${active}`);
      const PATH = `${path.join(folder, 'bin')}:${process.env.PATH}`;
      const byPython = find({ PATH })!;
      assert.deepEqual([byPython.version, byPython.origin], ['2.1.0', "the active python3's torch"]);
      pretendTorch(own, '2.2.0+cpu');
      assert.deepEqual([find({ PATH })!.version, find({ PATH })!.origin], ['2.2.0+cpu', '.venv']);
      pretendTorch(named, '2.3.0');
      assert.equal(find({ PATH, TORCH_DIR: named })!.version, '2.3.0');
    });

    it('says what a wrong TORCH_DIR lacks, rather than looking elsewhere', () => {
      const { ok, reason, remedy } = ask('lib/backend/torch/build.mjs', 'ensureAddon()', { TORCH_DIR: folder });
      assert.equal(ok, false);
      assert.match(reason, /holds no libtorch: expected include\/ATen/);
      assert.match(remedy, /TORCH_DIR/);
    });
  });

  describe('the libtorch addon', () => {
    const addon = (environment: Record<string, string> = {}): Answer => ask('lib/backend/torch/build.mjs', 'ensureAddon()', environment);

    it('says that the compiler is missing, and leaves nothing behind when it fails', async function () {
      if (await torchMissing()) this.skip();
      assert.match(addon({ CXX: '/nowhere/g++' }).reason, /no C\+\+ compiler: \/nowhere\/g\+\+ not found/);
      // `echo` answers --version and compiles nothing.
      assert.match(addon({ CXX: '/bin/echo' }).reason, /did not compile/);
      assert.deepEqual(readdirSync(inProject('lib/backend/torch/build')).filter((name) => name.startsWith('.') || name.endsWith('.tmp')), []);
    });

    it('is taken as it is when nothing changed', async function () {
      if (await torchMissing()) this.skip();
      const first = addon();
      assert.deepEqual([first.ok, first.cached], [true, true]);
      assert.ok(existsSync(first.file));
    });
  });

  describe('the binding of tfjs-node', () => {
    /** `ensureBinding` into the test's folder, with the libraries there already or not. */
    const binding = (environment: Record<string, string>, python = 'python3'): Answer =>
      ask('lib/backend/tensorflow/build.mjs', `ensureBinding({ gpu: false, python: ${JSON.stringify(python)}, buildFolder: ${JSON.stringify(path.join(folder, 'builds'))} })`, environment);
    const builds = (): string[] => readdirSync(path.join(folder, 'builds'));

    before(function () { if (process.platform !== 'linux' || process.arch !== 'x64') this.skip(); });

    it('says that the compiler is missing, and leaves nothing behind when it fails', () => {
      mkdirSync(path.join(folder, 'builds', 'tensorflow-cpu-2.21.0'), { recursive: true });
      assert.match(binding({ CXX: '/nowhere/g++' }).reason, /no C\+\+ compiler/);
      const failing = program(path.join(folder, 'c++'), 'if [ "$1" = --version ]; then echo stub 1; else echo "binding.cc:1: error: no such luck" >&2; exit 1; fi');
      const { reason, remedy } = binding({ CXX: failing });
      assert.match(reason, /the binding did not compile: binding\.cc:1: error: no such luck/);
      assert.match(remedy, /stub 1 against TensorFlow 2\.21\.0; .*CXX/);
      assert.deepEqual(builds(), ['tensorflow-cpu-2.21.0']);
    });

    it('does not keep what does not load', () => {
      mkdirSync(path.join(folder, 'builds', 'tensorflow-cpu-2.21.0'), { recursive: true });
      const empty = program(path.join(folder, 'c++'), 'if [ "$1" = --version ]; then echo stub 2; fi; while [ $# -gt 1 ]; do if [ "$1" = -o ]; then : > "$2"; fi; shift; done');
      assert.match(binding({ CXX: empty }).reason, /the binding does not work/);
      assert.deepEqual(builds(), ['tensorflow-cpu-2.21.0']);
    });

    it('tells why pip got no wheel, and leaves nothing of a download that failed', () => {
      const pip = program(path.join(folder, 'python'), 'while [ "$1" != --dest ]; do shift; done; head -c 1000 /dev/zero > "$2/part.whl"; echo "ERROR: no route" >&2; exit 1');
      const { reason, remedy } = binding({}, pip);
      assert.match(reason, /pip could not get tensorflow-cpu 2\.21\.0: ERROR: no route/);
      assert.match(remedy, /PIP_FIND_LINKS/);
      assert.deepEqual(builds(), []);
    });

    it('leaves nothing when it is interrupted, and clears what a killed one left', async () => {
      const parts = path.join(folder, 'builds');
      const slow = program(path.join(folder, 'python'), 'while [ "$1" != --dest ]; do shift; done; head -c 1000 /dev/zero > "$2/part.whl"; exec sleep 20');
      const start = () => spawn(process.execPath, script('lib/backend/tensorflow/build.mjs', `ensureBinding({ gpu: false, python: ${JSON.stringify(slow)}, buildFolder: ${JSON.stringify(parts)} })`), { stdio: 'ignore' });
      const half = (): boolean => existsSync(parts) && builds().some((name) => existsSync(path.join(parts, name, 'part.whl')));

      const interrupted = start();
      const ended = new Promise((resolve) => interrupted.on('close', resolve));
      await waitFor(half);
      interrupted.kill('SIGINT');
      assert.equal(await ended, 130);
      assert.deepEqual(builds(), []);

      const killed = start();
      const gone = new Promise((resolve) => killed.on('close', resolve));
      await waitFor(half);
      killed.kill('SIGKILL');
      await gone;
      assert.equal(builds().length, 1);
      const failing = program(path.join(folder, 'failing'), 'exit 1');
      binding({}, failing);
      assert.deepEqual(builds(), []);
    });
  });

  it('keeps the builds used last, and the one in use', () => {
    for (const [name, age] of [['in-use', 900], ['b1', 800], ['b2', 100], ['b3', 200], ['other', 999]] as const) {
      mkdirSync(path.join(folder, name));
      utimesSync(path.join(folder, name), Date.now() / 1000 - age, Date.now() / 1000 - age);
    }
    const kept = ask('lib/backend/building.mjs', `pruneBuilds(${JSON.stringify(folder)}, 'in-use', 2, (name) => name !== 'other')`);
    assert.deepEqual(kept, ['in-use', 'b2', 'b3']);
    assert.deepEqual(readdirSync(folder).sort(), ['b2', 'b3', 'in-use', 'other']);
  });
});
