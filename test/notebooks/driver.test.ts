import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { JobError } from '../../lib/common';
import { JupyterDriver, JupyterDrivers, type NotebookJob } from '../../lib/notebook/driver';

describe('the process that runs notebooks', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), 'medner-driver-'))));
  after(() => rmSync(folder, { recursive: true }));

  /** A driver whose Python is a shell script; it is started with execute.py as its first argument. */
  function driver(name: string, script: string): JupyterDriver {
    const file = path.join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return new JupyterDriver(file, process.env);
  }
  const job = (onCell?: NotebookJob['onCell']): NotebookJob => ({ input: 'a.ipynb', html: 'a.html', cwd: folder, environment: {}, onCell });

  it('tells cells and outcomes, notebook by notebook', async () => {
    const answering = driver('answers', `while read -r line; do echo '{"event":"cell","cell":1,"of":2}'; echo '{"event":"failed","reason":"no kernel"}'; done`);
    const cells: number[] = [];
    for (let i = 0; i < 2; i++) assert.deepEqual(await answering.run(job((cell, of) => cells.push(cell, of))), { event: 'failed', reason: 'no kernel' });
    assert.deepEqual(cells, [1, 2, 1, 2]);
    answering.stop();
  });

  it('tells what a failed notebook complained of', async () => {
    const complaining = driver('complains', `read -r line; echo 'port taken' >&2; sleep 1; echo '{"event":"failed","reason":"no kernel"}'; exec sleep 60`);
    assert.deepEqual(await complaining.run(job()), { event: 'failed', reason: 'no kernel\nport taken' });
    complaining.stop();
  });

  it('is ended by force where it does not heed', async () => {
    const deaf = driver('deaf', `trap '' TERM; read -r line; echo '{"event":"cell","cell":1,"of":1}'; while :; do sleep 0.1; done`);
    await assert.rejects(new Promise((resolve, reject) => {
      deaf.run(job(() => deaf.stop())).then(resolve, reject);
    }), (error: Error) => error instanceof JobError && /SIGKILL/.test(error.message));
  });

  it('another runs a notebook whose kernel died before it answered, once; other failures stand', async () => {
    const died = '{"event":"failed","reason":"RuntimeError: Kernel died before replying to kernel_info"}';
    const failing = (reason: string) => `while read -r line; do echo '${reason}'; done`;
    const made: string[] = [];
    const pool = (...scripts: string[]) => new JupyterDrivers(() => {
      made.push(`pool${made.length}`);
      return driver(made[made.length - 1], scripts.shift()!);
    });
    const done = `while read -r line; do echo '{"event":"done","notebook":{"cells":[]},"report":null}'; done`;
    const mended = pool(failing(died), done);
    for (let i = 0; i < 2; i++) assert.equal((await mended.run(job())).event, 'done');
    assert.equal(made.length, 2, 'the one that works is taken again');
    const twice = pool(failing(died), failing(died));
    assert.deepEqual(await twice.run(job()), JSON.parse(died));
    const other = pool(failing('{"event":"failed","reason":"no such kernel"}'));
    assert.deepEqual(await other.run(job()), { event: 'failed', reason: 'no such kernel' });
    for (const each of [mended, twice, other]) each.stop();
  });

  it('fails with what the process said when it ends: at work, before, or never begun', async () => {
    const early = (error: Error, told: RegExp): boolean => error instanceof JobError && told.test(error.message);
    const dying = driver('dies', 'read -r line; echo "no module named nbclient" >&2; exit 3');
    await assert.rejects(dying.run(job()), (error: Error) => early(error, /ended early \(exit 3\):\nno module named nbclient/));
    await assert.rejects(dying.run(job()), (error: Error) => early(error, /exit 3/));
    const killed = driver('waits', 'exec sleep 60');
    const running = killed.run(job());
    killed.stop();
    await assert.rejects(running, (error: Error) => early(error, /SIGTERM/));
    await assert.rejects(killed.run(job()), (error: Error) => early(error, /SIGTERM/));
    await assert.rejects(new JupyterDriver(path.join(folder, 'nothing'), process.env).run(job()), (error: Error) => early(error, /ENOENT/));
  });
});
