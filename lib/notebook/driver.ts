import { spawn, type ChildProcess } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { JobError, projectRoot } from '../common';
import type { KernelReport } from './check';
import type { Notebook } from './notebook-file';

/** A notebook that Jupyter shall run. */
export interface NotebookJob {
  input: string;
  /** Where the executed copy goes as a page. */
  html: string;
  /** The kernel's working folder. */
  cwd: string;
  /** Beside the driver's own environment. */
  environment: Record<string, string>;
  /** Called when the `cell`th of `of` code cells begins. */
  onCell?: (cell: number, of: number) => void;
}

/** How a notebook's run ended: with its executed copy, or without, where Jupyter itself failed. */
export type NotebookOutcome =
  | { event: 'done'; notebook: Notebook; report: KernelReport | null }
  | { event: 'failed'; reason: string };

/** A process that is told to end has so long to do it by itself. */
const heedMilliseconds = 3_000;

type DriverEvent = NotebookOutcome | { event: 'cell'; cell: number; of: number };

/** Jupyter in a process of its own (execute.py), which runs the notebooks that it is given one after another. */
export class JupyterDriver {
  private readonly child: ChildProcess;
  private complaints = '';
  /** How the process ended; undefined while it runs. */
  private gone: string | undefined;
  private current: { job: NotebookJob; settle: (outcome: NotebookOutcome) => void; fail: (error: Error) => void } | undefined;

  constructor(python: string, environment: NodeJS.ProcessEnv) {
    this.child = spawn(python, [path.join(__dirname, 'execute.py')], { cwd: projectRoot, env: environment, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stderr!.on('data', (chunk) => (this.complaints = (this.complaints + String(chunk)).slice(-3000)));
    // What cannot be told to a process that has ended is no error of its own: its end is.
    this.child.stdin!.on('error', () => undefined);
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.heard(JSON.parse(line) as DriverEvent));
    this.child.on('error', (error) => this.ended(error.message));
    this.child.on('close', (status, signal) => this.ended(signal ?? `exit ${status}`));
  }

  /**
   * Runs a notebook; the one before must have ended.
   * @throws JobError where Jupyter cannot start or ends
   */
  run(job: NotebookJob): Promise<NotebookOutcome> {
    const { onCell: _, ...told } = job;
    return new Promise((settle, fail) => {
      this.current = { job, settle, fail };
      if (this.gone === undefined) this.complaints = '';
      if (this.gone !== undefined) this.ended(this.gone);
      else this.child.stdin!.write(`${JSON.stringify(told)}\n`);
    });
  }

  /** Ends the process, and a notebook that it is still running with it; by force where it does not heed that, as after a kernel's death. */
  stop(): void {
    this.child.kill();
    const force = setTimeout(() => this.child.kill('SIGKILL'), heedMilliseconds).unref();
    this.child.once('close', () => clearTimeout(force));
  }

  private heard(event: DriverEvent): void {
    if (event.event === 'cell') {
      this.current?.job.onCell?.(event.cell, event.of);
      return;
    }
    const { current } = this;
    this.current = undefined;
    const said = this.complaints.trim();
    current?.settle(event.event === 'failed' && said ? { ...event, reason: `${event.reason}\n${said}` } : event);
  }

  private ended(how: string): void {
    this.gone = how;
    this.current?.fail(new JobError(`Jupyter ended early (${how}):\n${this.complaints.trim()}`));
    this.current = undefined;
  }
}

/** Drivers that run notebooks, each one at a time; one is taken again for the next. */
export class JupyterDrivers {
  private readonly all: JupyterDriver[] = [];
  private readonly idle: JupyterDriver[] = [];

  constructor(private readonly make: () => JupyterDriver) {}

  /**
   * Runs a notebook; once more where its kernel died before it answered: Jupyter chooses the ports before a kernel takes them, and another
   * process may be quicker. Nothing of the notebook has run then.
   * @throws JobError where Jupyter cannot start or ends
   */
  async run(job: NotebookJob): Promise<NotebookOutcome> {
    const outcome = await this.attempt(job);
    return outcome.event === 'failed' && outcome.reason.includes('Kernel died before replying to kernel_info') ? this.attempt(job) : outcome;
  }

  private async attempt(job: NotebookJob): Promise<NotebookOutcome> {
    let driver = this.idle.pop();
    if (!driver) this.all.push((driver = this.make()));
    const outcome = await driver.run(job);
    // A Jupyter that failed is in no state to run another.
    if (outcome.event === 'done') this.idle.push(driver);
    else driver.stop();
    return outcome;
  }

  stop(): void {
    for (const driver of this.all) driver.stop();
  }
}
