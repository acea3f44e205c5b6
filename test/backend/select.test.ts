import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as os from 'node:os';
import { backendInfo, prepareBackend, probeBackends } from '../../lib/backend';
import { inProject } from '../../lib/common';

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
  it('takes the best that is there, and says which', async () => {
    const { status, stdout } = choose({ MEDNER_BACKEND: '', MEDNER_THREADS: '' });
    assert.equal(status, 0);
    const info = JSON.parse(stdout) as ReturnType<typeof backendInfo>;
    assert.equal(info.name, (await probeBackends()).find(({ available }) => available)!.name);
    assert.ok(info.versions.tfjs);
    assert.equal(info.threads, info.name === 'wasm' ? 1 : os.availableParallelism());
  });

  it('obeys MEDNER_BACKEND, prints nothing of its own on standard output, and keeps tfjs quiet', () => {
    const { stdout, stderr } = choose({ MEDNER_BACKEND: 'cpu' });
    assert.equal((JSON.parse(stdout) as { name: string }).name, 'cpu');
    assert.equal(stderr, '');
  });

  it('refuses what is not there, saying how to get it', async () => {
    const onGpu = choose({ MEDNER_BACKEND: 'tensorflow', MEDNER_DEVICE: 'cuda' });
    if ((await probeBackends()).every(({ name, device, available }) => name !== 'tensorflow' || device !== 'gpu' || !available)) {
      assert.equal(onGpu.status, 2);
      assert.match(onGpu.stderr, /tensorflow on gpu: .*tfjs-node.*; npm run setup:tensorflow/);
    }
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
    assert.equal(best.name, process.env.MEDNER_BACKEND || (await probeBackends()).find(({ available }) => available)!.name);
  });
});
