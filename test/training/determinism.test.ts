import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import type { BackendName } from '../../lib/backend';
import { backendMissing } from '../backend/support';

/** SHA-256 of the weights after a training of the toy model in a process of its own. */
async function trainedElsewhere(backend: BackendName, threads: number): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-determinism-'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['--require', 'tsx/cjs', path.join(__dirname, 'train-toy.ts'), folder], {
      env: { ...process.env, MEDNER_BACKEND: backend, MEDNER_THREADS: String(threads) },
    });
    return (JSON.parse(stdout.trim().split('\n').at(-1)!) as { hash: string }).hash;
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
      const first = await trainedElsewhere(backend, threads);
      assert.match(first, /^[0-9a-f]{64}$/);
      assert.equal(await trainedElsewhere(backend, threads), first);
    });
  }

  it('ends with the same bits on torch whatever its threads, at sizes whose products libtorch does not cut', async function () {
    const missing = await backendMissing('torch');
    if (missing) {
      console.log(`      skipped, no torch backend: ${missing}`);
      this.skip();
    }
    assert.equal(await trainedElsewhere('torch', 2), await trainedElsewhere('torch', 1));
  });
});
