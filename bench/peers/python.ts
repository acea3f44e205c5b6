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

/** A program that answers each line it reads with a line of JSON, and waits in between. */
export class LineProcess<Answer> {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  /** Both sides of a bench get the same environment: threads that wait sleep (see lib/backend/torch/native.ts). */
  constructor(private readonly name: string, command: string, args: string[]) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, OMP_WAIT_POLICY: process.env.OMP_WAIT_POLICY ?? 'PASSIVE' } });
    this.child.stderr!.on('data', (chunk) => (this.errors += String(chunk)));
    this.child.stdin!.on('error', () => undefined); // the end of its output tells
    this.lines = createInterface({ input: this.child.stdout! })[Symbol.asyncIterator]();
  }

  /** The next line that it prints without being asked. */
  async next<T = Answer>(): Promise<T> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.name} ended: ${this.errors.trim().split('\n').slice(-3).join('\n')}`);
    return JSON.parse(value) as T;
  }

  async ask(line = ''): Promise<Answer> {
    this.child.stdin!.write(`${line}\n`);
    return this.next();
  }

  close(): void {
    this.child.stdin!.end();
  }
}

/** A peer written in Python. */
export class PythonPeer<Answer> extends LineProcess<Answer> {
  constructor(python: string, script: string, args: string[]) {
    super(`the Python peer ${script}`, python, [inProject('bench', 'peers', script), ...args]);
  }
}
