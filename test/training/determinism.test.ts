import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { BackendName } from '../../lib/backend';
import { assertClose, backendMissing } from '../backend/support';

/** The weights, and their SHA-256, after a training of the toy model in a process of its own. */
async function trainedElsewhere(backend: BackendName, threads: number): Promise<{ hash: string; weights: number[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-determinism-'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', path.join(__dirname, 'train-toy.ts'), folder, '--weights'], {
      env: { ...process.env, MEDNER_BACKEND: backend, MEDNER_THREADS: String(threads) },
    });
    return JSON.parse(stdout.trim().split('\n').at(-1)!) as { hash: string; weights: number[] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('training in two processes', () => {
  for (const [backend, threads] of [['torch', 1], ['torch', 2], ['tensorflow', 2]] as Array<[BackendName, number]>) {
    it(`ends with the same bits on ${backend} with ${threads} thread${threads > 1 ? 's' : ''}`, async function () {
      const missing = await backendMissing(backend);
      if (missing) {
        console.log(`      skipped, no ${backend} backend: ${missing}`);
        this.skip();
      }
      const { hash } = await trainedElsewhere(backend, threads);
      assert.match(hash, /^[0-9a-f]{64}$/);
      assert.equal((await trainedElsewhere(backend, threads)).hash, hash);
    });
  }

  // Whether even small products are cut among threads depends on the processor: their bits are those of a number of threads.
  it('ends with nearly the same weights on torch whatever its threads', async function () {
    const missing = await backendMissing('torch');
    if (missing) {
      console.log(`      skipped, no torch backend: ${missing}`);
      this.skip();
    }
    const [one, two] = [await trainedElsewhere('torch', 1), await trainedElsewhere('torch', 2)];
    assertClose(two.weights, one.weights, 1e-3, 'weights');
  });
});
