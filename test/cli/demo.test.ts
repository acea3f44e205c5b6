import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { refusedPort } from '../../lib/cli/demo';
import { InputError, inProject } from '../../lib/common';
import { trainTwo } from '../demo/models';

describe('medner demo', function () {
  this.timeout(240_000);
  let folder: string;
  let runs: string[];
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-demo-'));
    runs = (await trainTwo(folder, ['rw-egp'])).map((result) => result.folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Starts the command; `onUrl` is told where it listens. */
  function demo(words: string[], onUrl: (url: string, interrupt: () => void) => void = () => undefined): Promise<{ status: number | null; stderr: string }> {
    const child = spawn(process.execPath, ['--import', 'tsx', inProject('lib', 'cli', 'main.ts'), 'demo', ...words], { cwd: inProject(), stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.stdout.on('data', (chunk: Buffer) => onUrl(chunk.toString('utf8').trim(), () => child.kill('SIGINT')));
    return new Promise((resolve) => child.on('close', (status) => resolve({ status, stderr })));
  }

  it('tells where it listens, answers there, and ends at Ctrl-C with status 0', async () => {
    let answered: Promise<{ models: unknown[] }> | undefined;
    const { status, stderr } = await demo(['--run', runs[0], '--port', '0'], (url, interrupt) => {
      answered = fetch(`${url}predict`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"text":"急性上呼吸道感染"}' })
        .then((response) => response.json() as Promise<{ models: unknown[] }>)
        .finally(interrupt);
    });
    assert.equal((await answered)?.models.length, 1);
    assert.equal(status, 0, stderr);
    assert.match(stderr, /stopped/);
  });

  it('refuses a port that this user may not take; other failures are not the port\'s', () => {
    const refused = (code: string) => refusedPort(80, Object.assign(new Error(`listen ${code}`), { code }));
    assert.ok(refused('EACCES') instanceof InputError);
    assert.match(refused('EACCES').message, /^port 80 is not open to this user.*; name another with --port/);
    assert.equal(refused('EINVAL').message, 'listen EINVAL');
  });

  it('refuses with status 2 three runs, a run that is not there, and a port that is none or taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const cases: [string[], RegExp][] = [
      [['--run', 'a', '--run', 'b', '--run', 'c'], /3 runs are named/],
      [['--run', 'no-such-run'], /no finished run no-such-run/],
      [['--port', '70000'], /at most 65535/],
      [['--run', runs[0], '--port', String(port)], /is taken; name another/],
    ];
    try {
      for (const [words, said] of cases) {
        const { status, stderr } = await demo(words);
        assert.equal(status, 2, stderr);
        assert.match(stderr, said);
      }
    } finally {
      taken.close();
    }
  });
});
