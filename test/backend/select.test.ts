import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { backendInfo, prepareBackend, probeBackends } from '../../lib/backend';
import { inProject } from '../../lib/common';
import { torchMissing } from './support';

interface Run {
  status: number | null;
  stdout: string;
  stderr: string;
}

function node(args: string[], environment: Record<string, string>): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: inProject(), encoding: 'utf8', env: { ...process.env, ...environment } });
  return { status, stdout, stderr };
}

/** What a fresh process chooses under an environment. */
const choose = (environment: Record<string, string>): Run =>
  node(['--require', 'tsx/cjs', '-e', "require('./lib/backend').prepareBackend().then((info) => console.log(JSON.stringify(info)), (error) => { console.error(error.message); process.exitCode = 2; })"], environment);

describe('choosing a backend', () => {
  it('takes torch where it is, else wasm, and says which', async () => {
    const { status, stdout } = choose({ MEDNER_BACKEND: '', MEDNER_THREADS: '' });
    assert.equal(status, 0);
    const info = JSON.parse(stdout) as ReturnType<typeof backendInfo>;
    assert.equal(info.name, (await torchMissing()) ? 'wasm' : 'torch');
    assert.ok(info.versions.tfjs);
    assert.equal(info.threads, info.name === 'torch' ? os.availableParallelism() : 1);
  });

  it('obeys MEDNER_BACKEND, prints nothing of its own on standard output, and keeps tfjs quiet', () => {
    const { stdout, stderr } = choose({ MEDNER_BACKEND: 'cpu' });
    assert.equal((JSON.parse(stdout) as { name: string }).name, 'cpu');
    assert.equal(stderr, '');
  });

  it('refuses what is not there, saying how to get it', () => {
    const missing = choose({ MEDNER_BACKEND: 'tensorflow' });
    assert.equal(missing.status, 2);
    assert.match(missing.stderr, /tfjs-node.*native binding/);
    assert.match(choose({ MEDNER_BACKEND: 'gpu' }).stderr, /MEDNER_BACKEND=gpu: expected one of torch, tensorflow, wasm, cpu/);
    assert.match(choose({ MEDNER_BACKEND: '', MEDNER_THREADS: 'many' }).stderr, /MEDNER_THREADS=many/);
    assert.match(choose({ MEDNER_BACKEND: '', MEDNER_DEVICE: 'cuda:99' }).stderr, /torch on cuda:99: .*(CUDA|GPU|addon)/);
    assert.match(choose({ MEDNER_BACKEND: 'wasm', MEDNER_DEVICE: 'cuda' }).stderr, /wasm does not compute on MEDNER_DEVICE=cuda/);
  });

  it('lists each backend with a reason and a remedy where it is missing', async () => {
    const probes = await probeBackends();
    assert.deepEqual(probes.map(({ name }) => name), ['torch', 'tensorflow', 'torch', 'tensorflow', 'wasm']);
    for (const { available, version, reason } of probes) assert.ok(available ? version : reason);
  });

  it('tells the active one, and keeps it on a second call', async () => {
    const first = await prepareBackend({ backend: 'wasm', quiet: true });
    assert.equal(first.name, 'wasm');
    assert.equal(await prepareBackend({ backend: 'wasm', quiet: true }), first);
    assert.equal(backendInfo(), first);
    // A backend that was forced does not stick to those who take the best.
    const best = await prepareBackend({ quiet: true });
    assert.equal(best.name, process.env.MEDNER_BACKEND || ((await torchMissing()) ? 'wasm' : 'torch'));
  });
});

describe('building the addon', () => {
  const build = (environment: Record<string, string>): Record<string, string> => {
    const script = `import { ensureAddon } from ${JSON.stringify(pathToFileURL(inProject('lib/backend/torch/build.mjs')).href)}; console.log(JSON.stringify(await ensureAddon()));`;
    return JSON.parse(node(['--input-type=module', '-e', script], environment).stdout) as Record<string, string>;
  };

  it('says what a wrong TORCH_DIR lacks', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'medner-'));
    const { ok, reason, remedy } = build({ TORCH_DIR: folder });
    rmSync(folder, { recursive: true });
    assert.equal(ok, false);
    assert.match(reason, /holds no libtorch: expected include\/ATen/);
    assert.match(remedy, /TORCH_DIR/);
  });

  it('says that the compiler is missing, and leaves nothing behind when it fails', async function () {
    if (await torchMissing()) this.skip();
    assert.match(build({ CXX: '/nowhere/g++' }).reason, /no C\+\+ compiler: \/nowhere\/g\+\+ not found|no libtorch/);
    // `echo` answers --version and compiles nothing.
    const failed = build({ CXX: '/bin/echo' });
    assert.match(failed.reason, /did not compile|no libtorch/);
    assert.deepEqual(readdirSync(inProject('lib/backend/torch/build')).filter((name) => name.startsWith('.') || name.endsWith('.tmp')), []);
  });
});
