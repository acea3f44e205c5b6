import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { inProject } from '../../lib/common';
import { needsTorch } from '../backend/support';

const megabyte = 2 ** 20;

interface Watched {
  steps: number;
  /** Distinct counts after a step. */
  tensors: number[];
  bytes: number[];
  /** Resident bytes after every 25 steps. */
  resident: number[];
}

describe('training steps', () => {
  before(async function () { await needsTorch(this); });

  it('keep no tensor, no byte of libtorch and no resident memory, 300 of them', () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', path.join(__dirname, 'leaks-process.ts')], { cwd: inProject(), encoding: 'utf8' });
    assert.ok(stdout, stderr);
    const { steps, tensors, bytes, resident } = JSON.parse(stdout) as Watched;
    assert.equal(steps, 300);
    assert.equal(tensors.length, 1, `tensors after a step: ${tensors.join(', ')}`);
    assert.equal(bytes.length, 1, `bytes of libtorch after a step: ${bytes.join(', ')}`);
    // The compiler and the allocators fill their stores in the first half.
    const late = resident.slice(6);
    const growth = Math.min(...late.slice(-3)) - Math.min(...late.slice(0, 3));
    assert.ok(growth < 3 * megabyte, `resident memory grew by ${(growth / megabyte).toFixed(1)} MiB in the last 150 steps: ${resident.map((r) => (r / megabyte).toFixed(1)).join(' ')}`);
  });
});
