import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, lstatSync, lutimesSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import * as path from 'node:path';
import { goneAfter, isHeld, keepHeld, type ProcessIdentity, thisProcess } from '../../lib/common';

describe('the identity of a process', () => {
  const me = thisProcess();
  const isRunning = (holder: ProcessIdentity): boolean => isHeld(__filename, holder);

  it('is that of the process asked', () => {
    assert.deepEqual([me.pid, me.host], [process.pid, hostname()]);
    assert.ok(isRunning(me));
  });

  it('holds the start that /proc tells, whatever the process is called', async function () {
    if (!existsSync('/proc/self/stat')) this.skip();
    const folder = mkdtempSync(path.join(tmpdir(), 'medner-process-'));
    const plain = spawn('sleep', ['60']);
    const odd = path.join(folder, 'a ) 1 2');
    symlinkSync(process.execPath, odd);
    const spaced = spawn(odd, ['-e', 'setTimeout(() => {}, 60000)']);
    await Promise.all([once(plain, 'spawn'), once(spaced, 'spawn')]);
    try {
      const fieldsOf = ({ pid }: { pid?: number }): string[] => readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
      // `sleep` has no space in its name, so its 22nd field is the 22nd; of the other it is as far from the end.
      const started = fieldsOf(plain)[21];
      const fromEnd = 21 - fieldsOf(plain).length;
      for (const [child, start] of [[plain, started], [spaced, fieldsOf(spaced).at(fromEnd)!]] as const) {
        assert.match(start, /^\d+$/);
        assert.ok(isRunning({ ...me, pid: child.pid!, started: start }));
        assert.equal(isRunning({ ...me, pid: child.pid!, started: `${start}0` }), false);
      }
    } finally {
      for (const child of [plain, spaced]) child.kill();
      rmSync(folder, { recursive: true });
    }
  });

  it('ends with the process', async () => {
    const child = spawn('sleep', ['60']);
    const running = { ...me, pid: child.pid!, started: '' };
    assert.ok(isRunning(running));
    child.kill();
    await once(child, 'exit');
    assert.equal(isRunning(running), false);
    assert.equal(isRunning({ ...me, pid: spawnSync('true').pid, started: '' }), false);
  });

  it('is not that of a later process with its id', () => {
    if (me.started !== '') assert.equal(isRunning({ ...me, started: String(Number(me.started) - 1) }), false);
    assert.ok(isRunning({ ...me, started: '' }), 'a start that is unknown is not held against it');
  });

  it('on another machine holds a file while the file is renewed, and no longer', () => {
    const elsewhere = { ...me, host: `not-${hostname()}`, started: '1' };
    const folder = mkdtempSync(path.join(tmpdir(), 'medner-held-'));
    try {
      const link = path.join(folder, 'claim');
      symlinkSync('nowhere', link);
      assert.ok(isHeld(link, elsewhere));
      const old = new Date(Date.now() - goneAfter - 1000);
      lutimesSync(link, old, old);
      assert.equal(isHeld(link, elsewhere), false);
      assert.ok(isHeld(link, me), 'of one here its process tells');
      assert.equal(isHeld(path.join(folder, 'taken-away'), elsewhere), false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('renews what it holds until it is given up', () => {
    const original = global.setInterval;
    let renew: () => void = () => undefined;
    const folder = mkdtempSync(path.join(tmpdir(), 'medner-held-'));
    try {
      global.setInterval = ((action: () => void, ...rest: [number]) => ((renew = action), original(action, ...rest))) as typeof setInterval;
      const link = path.join(folder, 'claim');
      symlinkSync('nowhere', link);
      const old = new Date(Date.now() - 2 * goneAfter);
      lutimesSync(link, old, old);
      const held = keepHeld(link);
      renew();
      assert.ok(isHeld(link, { ...me, host: 'elsewhere' }));
      held.release();
      assert.equal(lstatSync(link, { throwIfNoEntry: false }), undefined);
      assert.doesNotThrow(renew);
    } finally {
      global.setInterval = original;
      rmSync(folder, { recursive: true });
    }
  });
});
