import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import * as path from 'node:path';
import { Interrupted } from '../../lib/common';
import { lockFolder, tryLock } from '../../lib/experiments';

describe('a run\'s lock', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const write = (pid: number, started: string): void => writeFileSync(path.join(folder, 'lock'), JSON.stringify({ pid, host: hostname(), started }));

  it('is held until released', async () => {
    const lock = tryLock(folder);
    assert.ok('release' in lock);
    const other = tryLock(folder);
    assert.ok('pid' in other && other.pid === process.pid);
    const messages: string[] = [];
    setTimeout(() => lock.release(), 100);
    const second = await lockFolder(folder, (message) => messages.push(message));
    assert.equal(messages.length, 1);
    assert.match(messages[0], new RegExp(`process ${process.pid} `));
    second.release();
    assert.equal(existsSync(path.join(folder, 'lock')), false);
  });

  it('is taken over from a process that is gone, from another that got its id, and from a torn file', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    write(pid, '');
    const first = tryLock(folder);
    assert.ok('release' in first);
    first.release();
    write(process.pid, '1');
    const second = tryLock(folder);
    assert.ok('release' in second);
    second.release();
    writeFileSync(path.join(folder, 'lock'), '{"pi');
    assert.ok('release' in tryLock(folder));
  });

  it('of a living process is respected, and waiting can be interrupted', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    write(child.pid!, '');
    const controller = new AbortController();
    const waiting = lockFolder(folder, () => controller.abort(), controller.signal);
    await assert.rejects(waiting, Interrupted);
    child.kill();
  });

  it('of another machine is waited for, with its file named, until it is no longer renewed', () => {
    const file = path.join(folder, 'lock');
    writeFileSync(file, JSON.stringify({ pid: 1, host: 'elsewhere', started: '1' }));
    const holder = tryLock(folder);
    assert.ok('pid' in holder && holder.host === 'elsewhere');
    const old = new Date(Date.now() - 3_600_000);
    utimesSync(file, old, old);
    const lock = tryLock(folder);
    assert.ok('release' in lock);
    lock.release();
  });
});
