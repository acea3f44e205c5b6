import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { inProject } from '../../lib/common';

/** The Python that runs the peers: MEDNER_PYTHON, or the project's .venv; undefined where it has no torch. */
export function peerPython(): string | undefined {
  const python = process.env.MEDNER_PYTHON ?? inProject('.venv', 'bin', 'python');
  if (!existsSync(python)) return undefined;
  return spawnSync(python, ['-c', 'import torch']).status === 0 ? python : undefined;
}

/** A Python program that answers each line it reads with a line of JSON, and waits in between. */
export class PythonPeer<Answer> {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  constructor(python: string, script: string, args: string[]) {
    // The addon's loader sets how OpenMP waits; the peer keeps PyTorch's own default.
    const { OMP_WAIT_POLICY: _, ...env } = process.env;
    this.child = spawn(python, [inProject('bench', 'peers', script), ...args], { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.child.stderr!.on('data', (chunk) => (this.errors += String(chunk)));
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  async ask(line = ''): Promise<Answer> {
    this.child.stdin!.write(`${line}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the Python peer ended: ${this.errors.trim().split('\n').slice(-3).join('\n')}`);
    return JSON.parse(value) as Answer;
  }

  close(): void {
    this.child.stdin!.end();
  }
}
