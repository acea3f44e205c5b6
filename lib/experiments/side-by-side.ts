import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import * as path from 'node:path';
import { prepareBackend, type BackendInfo } from '../backend';
import { InputError, Interrupted, JobError, ownMemory } from '../common';
import type { RunConfig } from './config';
import type { ExperimentRequest } from './experiment';
import { readRecord } from './record';
import { locateRun, run, type RunOptions, type RunResult } from './run';

/** What a run's process is told. */
export type ToProcess = { config: RunConfig; options: Pick<RunOptions, 'runs' | 'checkpointSeconds' | 'threads'> } | { stop: true };

/** What it tells. */
export type FromProcess = { share: number } | { folder: string; cached: boolean } | { error: { name: string; message: string; stack?: string } };

export interface SideBySideOptions extends Omit<RunOptions, 'threads'> {
  /** Runs made at once, each in a process of its own with its share of the threads; null: `defaultJobs`. Default 1: one after the other, here. */
  jobs?: number | null;
}

/** What an experiment's request says of its runs. */
export const runOptions = ({ runs, hooks, signal, checkpointSeconds, jobs }: ExperimentRequest): SideBySideOptions =>
  ({ runs, hooks: hooks?.run, signal, checkpointSeconds, jobs });

/** Width up to which a model's operations are too small to keep several threads busy. */
const narrow = 384;
/** Bytes that a run of a narrow model may take; 1.5 GiB were seen. */
const memoryOfRun = 2 * 2 ** 30;

/**
 * How many runs to make at once where nobody says: one a thread for narrow encoders on processors, within the memory; one for others, whose
 * operations keep all threads busy. It depends on the machine and not on what is left to do, since a run's last bits depend on its threads.
 */
export function defaultJobs(configs: readonly RunConfig[], { name, device, threads }: BackendInfo): number {
  const narrowOnly = configs.every(({ model }) => model.encoder.hidden <= narrow);
  if (name !== 'torch' || device !== 'cpu' || !narrowOnly) return 1;
  return Math.max(1, Math.min(threads, availableParallelism(), Math.floor(ownMemory() / memoryOfRun)));
}

/**
 * Gives `use` the run of each config by its place, as it asks for them, and makes those that are missing in that order, `jobs` at a time. Equal
 * runs are made once. When `use` ends or throws, what is still being made is stopped; its checkpoints stay.
 */
export async function withRuns<T>(configs: readonly RunConfig[], options: SideBySideOptions, use: (result: (index: number) => Promise<RunResult>) => Promise<T>): Promise<T> {
  const { jobs: asked = 1, ...rest } = options;
  const backend = await prepareBackend({ quiet: true });
  const jobs = asked ?? defaultJobs(configs, backend);
  if (jobs === 1) return use((index) => run(configs[index], rest));
  const pool = new Pool(configs, rest, jobs, Math.max(1, Math.floor(backend.threads / jobs)));
  try {
    await pool.start();
    return await use((index) => pool.result(index));
  } finally {
    await pool.stop();
  }
}

/** A run to be made, under its key. */
interface Task {
  config: RunConfig;
  done: Promise<RunResult>;
  settle(result: RunResult): void;
  fail(error: Error): void;
  /** From 0 to 1. */
  share: number;
}

class Pool {
  /** The tasks by the places of their configs, and those that nobody works on yet. */
  private readonly tasks: Task[] = [];
  private readonly waiting: Task[] = [];
  /** Those that are alive, with the promise of their end. */
  private readonly workers = new Map<ChildProcess, Promise<void>>();
  private readonly taken = new Set<Task>();

  constructor(
    private readonly configs: readonly RunConfig[],
    private readonly options: RunOptions,
    private readonly jobs: number,
    private readonly threads: number,
  ) {}

  async start(): Promise<void> {
    const known = new Map<string, Task>();
    for (const config of this.configs) {
      const { key, finished } = await locateRun(config, this.options);
      let task = known.get(key);
      if (!task) {
        known.set(key, (task = newTask(config)));
        if (finished) task.settle(finished);
        else this.waiting.push(task);
      }
      this.tasks.push(task);
    }
    this.options.signal?.addEventListener('abort', this.interrupt, { once: true });
    for (let i = Math.min(this.jobs, this.waiting.length); i > 0; i--) this.startWorker();
  }

  async result(index: number): Promise<RunResult> {
    if (this.options.signal?.aborted) throw new Interrupted('interrupted between runs');
    const task = this.tasks[index];
    if (this.workers.size > 0) this.options.hooks?.onPhase?.(this.workers.size === 1 ? 'training' : `${this.workers.size} runs side by side`);
    const result = await task.done;
    // Whoever asks for it again reads it back.
    const cached = result.cached || this.taken.has(task);
    this.taken.add(task);
    return { ...result, cached };
  }

  async stop(): Promise<void> {
    this.options.signal?.removeEventListener('abort', this.interrupt);
    this.waiting.length = 0;
    for (const worker of this.workers.keys()) say(worker, { stop: true });
    await Promise.all(this.workers.values());
  }

  private readonly interrupt = (): void => {
    const left = this.waiting.splice(0);
    for (const task of left) task.fail(new Interrupted('interrupted before the run began'));
    for (const worker of this.workers.keys()) say(worker, { stop: true });
  };

  private startWorker(): void {
    const worker = fork(path.join(__dirname, 'run-process.ts'), {
      execArgv: ['--require', require.resolve('tsx/cjs')],
      // Progress and results come as messages; what goes wrong beyond them should be seen.
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let task = this.next(worker);
    worker.on('message', (message: FromProcess) => {
      if (!task) return;
      if ('share' in message) {
        task.share = message.share;
        this.tellProgress();
        return;
      }
      if ('error' in message) task.fail(revived(message.error));
      else task.settle({ folder: message.folder, record: readRecord(message.folder)!, cached: message.cached });
      task = this.next(worker);
    });
    // What cannot be told to a process that has ended is no error of its own: its end is.
    worker.on('error', () => undefined);
    this.workers.set(worker, new Promise((ended) => {
      worker.on('exit', (code, signal) => {
        this.workers.delete(worker);
        const reason = signal ? `was ended by ${signal}` : `ended with status ${code}`;
        task?.fail(new JobError(`the process that made run ${task.config.variant}, seed ${task.config.seed} ${reason}; with too little memory for runs side by side, take --jobs 1`));
        ended();
      });
    }));
  }

  /** Gives a worker its next task; without one, lets it go. */
  private next(worker: ChildProcess): Task | undefined {
    const task = this.waiting.shift();
    const { runs, checkpointSeconds } = this.options;
    say(worker, task ? { config: task.config, options: { runs, checkpointSeconds, threads: this.threads } } : { stop: true });
    return task;
  }

  /** What is done of the runs that nobody has taken yet. */
  private tellProgress(): void {
    const open = [...new Set(this.tasks)].filter((task) => !this.taken.has(task));
    this.options.hooks?.onProgress?.(open.reduce((sum, { share }) => sum + share, 0));
  }
}

function say(worker: ChildProcess, message: ToProcess): void {
  if (worker.connected) worker.send(message);
}

function newTask(config: RunConfig): Task {
  const task = { config, share: 0 } as Task;
  task.done = new Promise((settle, fail) => {
    task.settle = (result) => {
      task.share = 1;
      settle(result);
    };
    task.fail = fail;
  });
  // A failure is heard where the run is asked for, which may be never.
  task.done.catch(() => undefined);
  return task;
}

/** An error as another process told it, in its class, on which the exit status depends. */
function revived({ name, message, stack }: { name: string; message: string; stack?: string }): Error {
  const error = name === 'InputError' ? new InputError(message) : name === 'Interrupted' ? new Interrupted(message) : new JobError(message);
  if (stack) error.stack = stack;
  return error;
}
