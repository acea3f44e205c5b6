import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, statSync, writeSync } from 'node:fs';
import * as path from 'node:path';
import { CommanderError } from 'commander';
import { exitStatus } from '../../lib/cli/exit-status';
import { inProject, InputError, JobError } from '../../lib/common';
import { removeScratch, scratch } from '../corpus/scratch';

const full = '/dev/full';

/** What is told of an error, and the status. */
function told(error: unknown, place?: string): [status: number, message: string] {
  const { write } = process.stderr;
  let message = '';
  process.stderr.write = ((chunk: string) => Boolean((message += chunk))) as typeof write;
  try {
    return [exitStatus(error, place), message];
  } finally {
    process.stderr.write = write;
  }
}

const system = (code: string, file?: string): Error => Object.assign(new Error(`${code}: as Node words it`), { code, path: file });

describe('exit status', () => {
  it('is 2 for bad input, 1 for a failed job, each with its message alone', () => {
    assert.deepEqual(told(new InputError('x.jsonl: line 3')), [2, 'medner: x.jsonl: line 3\n']);
    assert.deepEqual(told(new JobError('the loss is NaN')), [1, 'medner: the loss is NaN\n']);
    assert.deepEqual(told(new CommanderError(0, 'commander.help', '')), [0, '']);
  });

  it('is 1 for what the system refuses, told with the place and what to do; any other error shows its stack', () => {
    assert.deepEqual(told(system('ENOSPC', inProject('results', 'x.json'))), [1, 'medner: results/x.json: the disk is full (ENOSPC); free some space and give the same command again: what was finished is kept\n']);
    for (const code of ['EDQUOT', 'EFBIG', 'EROFS', 'EIO', 'EACCES', 'EPERM']) {
      const [status, message] = told(system(code, '/there/x.json'));
      assert.equal(status, 1);
      assert.match(message, new RegExp(`^medner: /there/x\\.json: .*\\(${code}\\); .*\n$`));
      assert.doesNotMatch(message, /should not happen|as Node words it/);
    }
    for (const error of [system('ENOENT', '/there/x.json'), system('EPERM'), new TypeError('x is not a function')]) assert.match(told(error)[1], /an error that should not happen:\n.*\n +at /);
  });

  it('of a full disk is told also where the system names no file', function () {
    if (!existsSync(full)) this.skip();
    const handle = openSync(full, 'w');
    try {
      writeSync(handle, 'x');
      assert.fail('written');
    } catch (error) {
      assert.match(told(error)[1], /^medner: the disk is full \(ENOSPC\)/);
      assert.match(told(error, 'standard output')[1], /^medner: standard output: the disk is full \(ENOSPC\)/);
    } finally {
      closeSync(handle);
    }
  });

  describe('of the command', function () {
    this.timeout(60_000);
    after(removeScratch);
    const main = [process.execPath, '--import', 'tsx', inProject('lib', 'cli', 'main.ts')];
    const shell = (line: string) => spawnSync('bash', ['-o', 'pipefail', '-c', line, 'bash', ...main], { cwd: inProject(), encoding: 'utf8' });

    it('is 1, without a stack, where standard output is full', function () {
      if (!existsSync(full)) this.skip();
      const { status, stderr } = shell(`"$@" data stats sample > ${full}`);
      assert.deepEqual([status, stderr.split('\n').length], [1, 2], stderr);
      assert.match(stderr, /^medner: standard output: the disk is full \(ENOSPC\); free some space/);
    });

    it('is 1 where only the beginning of the output finds room in a file', () => {
      const file = path.join(scratch({}), 'out.json');
      const { status, stderr } = shell(`trap '' XFSZ; ulimit -f 1; "$@" data stats sample --json > ${file}`);
      assert.deepEqual([status, statSync(file).size], [1, 1024], stderr);
      assert.match(stderr, /^medner: standard output: .*\(EFBIG\)/);
    });

    it('is 0, without a word, where the reader of standard output leaves early', () => {
      const { status, stdout, stderr } = shell('"$@" data stats sample --json | head -c 1');
      assert.deepEqual([status, stdout, stderr], [0, '{', '']);
    });
  });
});
