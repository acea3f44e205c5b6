import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { inProject } from '../../lib/common';

/** Runs a command that tells its process id and then waits, as `npx medner` runs its commands; gives the launcher and that id. */
async function launched(): Promise<{ launcher: ReturnType<typeof spawn>; child: number }> {
  const waiting = "process.stdout.write(process.pid + '\\n'); setInterval(() => {}, 1000)";
  const script = `import { foreground } from ${JSON.stringify(inProject('lib/setup/run.mjs'))}; process.exitCode = await foreground(process.execPath, ['-e', ${JSON.stringify(waiting)}]);`;
  const launcher = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const child = await new Promise<number>((resolve) => launcher.stdout.once('data', (chunk) => resolve(Number(String(chunk)))));
  return { launcher, child };
}

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a command in the foreground', () => {
  for (const [signal, status] of [['SIGTERM', 143], ['SIGHUP', 129]] as const) {
    it(`ends with its launcher on ${signal}, with the status of a shell`, async function () {
      this.timeout(30_000);
      const { launcher, child } = await launched();
      assert.ok(runs(child));
      launcher.kill(signal);
      assert.equal(await new Promise((resolve) => launcher.once('exit', (code) => resolve(code))), status);
      assert.ok(!runs(child));
    });
  }
});
