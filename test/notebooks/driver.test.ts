import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { JobError } from '../../lib/common';
import { JupyterDriver, type NotebookJob } from '../../lib/notebook/driver';

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
