import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Interrupted, JobError } from '../../lib/common';
import { defaultJobs, resolveConfig, run, withRuns, type RunConfig, type RunResult } from '../../lib/experiments';
import { smallCorpus, tiny } from './corpus';

describe('runs side by side', function () {
  this.timeout(180_000);
  let folder: string;
  let corpus: string;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-side-by-side-'));
    corpus = await smallCorpus(path.join(folder, 'tiny'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const config = (variant: string, seed = 0, ...set: string[]): RunConfig => resolveConfig({ variant, corpus, profile: 'quick', seed, set: [...tiny, ...set] });

  /** The results of all configs, in order. */
  const all = (configs: RunConfig[], options: Parameters<typeof withRuns>[1]): Promise<RunResult[]> =>
    withRuns(configs, options, async (result) => {
      const results: RunResult[] = [];
      for (const index of configs.keys()) results.push(await result(index));
      return results;
    });

  /** Processes of this one that make runs. */
  const children = (): number[] =>
    readdirSync('/proc').filter((pid) => /^\d+$/.test(pid)).map(Number).filter((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1];
        return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('run-process');
      } catch {
        return false; // It ended meanwhile.
      }
    });

  it('are those that would be made one after the other with as many threads, equal ones made once, in the order asked for', async () => {
    const configs = [config('rw-egp'), config('bert'), config('roberta'), config('rw-egp', 1), config('rw-egp')];
    const apart = path.join(folder, 'apart');
    const shares: number[] = [];
    const results = await all(configs, { jobs: 2, runs: apart, hooks: { onProgress: (share) => shares.push(share) } });
    assert.deepEqual(results.map(({ record }) => [record.config.model.head.kind, record.config.seed]),
      [['banded-pointer', 0], ['token-classifier', 0], ['token-classifier', 0], ['banded-pointer', 1], ['banded-pointer', 0]]);
    assert.deepEqual(results.map(({ cached }) => cached), [false, false, true, false, true]);
    assert.equal(readdirSync(apart).length, 3);
    assert.ok(shares.some((share) => share > 0 && share < 3));
    for (const index of [0, 1, 3]) {
      const { backend: { threads }, weights, predictions } = results[index].record;
      const alone = await run(configs[index], { runs: path.join(folder, 'alone'), threads });
      assert.deepEqual([alone.record.weights, alone.record.predictions], [weights, predictions]);
    }
    assert.deepEqual((await all(configs, { jobs: 2, runs: apart })).map(({ cached }) => cached), configs.map(() => true));
    assert.deepEqual(children(), []);
  });

  it('tell of a run that fails, in its class, and leave no process behind', async () => {
    const configs = [config('rw-egp', 2, 'training.learningRate.encoder=1e30', 'training.learningRate.head=1e30'), config('rw-egp', 3, 'training.epochs=400')];
    const runs = path.join(folder, 'failing');
    await assert.rejects(all(configs, { jobs: 2, runs }), (error: Error) => error instanceof JobError && /loss/.test(error.message));
    assert.deepEqual(children(), []);
  });

  it('stop with checkpoints when interrupted, and go on from there', async () => {
    const runs = path.join(folder, 'interrupted');
    const configs = [config('rw-egp', 4, 'training.epochs=12'), config('rw-egp', 5, 'training.epochs=12')];
    const controller = new AbortController();
    const hooks = { onProgress: (share: number) => void (share > 0.3 && controller.abort()) };
    await assert.rejects(all(configs, { jobs: 2, runs, hooks, signal: controller.signal }), Interrupted);
    assert.deepEqual(children(), []);
    for (const key of readdirSync(runs)) assert.equal(existsSync(path.join(runs, key, 'lock')), false);
    const results = await all(configs, { jobs: 2, runs });
    assert.ok(results.some(({ record }) => record.training.resumed === 1));
    const { threads } = results[0].record.backend;
    const unbroken = await run(configs[0], { runs: path.join(folder, 'unbroken'), threads });
    assert.equal(results[0].record.weights, unbroken.record.weights);
  });

  it('tell which run was made when its process is killed', async () => {
    const runs = path.join(folder, 'killed');
    const configs = [config('rw-egp', 6, 'training.epochs=400'), config('rw-egp', 7, 'training.epochs=400')];
    let killed = false;
    const hooks = {
      onProgress: () => {
        if (!killed) process.kill(children()[0], 'SIGKILL');
        killed = true;
      },
    };
    await assert.rejects(all(configs, { jobs: 2, runs, hooks }), (error: Error) => error instanceof JobError && /run rw-egp, seed [67] was ended by SIGKILL.*--jobs 1/.test(error.message));
    assert.deepEqual(children(), []);
  });

  it('are as many as there are threads for narrow encoders on processors, and one for others', () => {
    const on = (threads: number, device = 'cpu', name: 'torch' | 'wasm' = 'torch') => ({ name, device, threads, versions: {}, notes: [] }) as Parameters<typeof defaultJobs>[1];
    assert.equal(defaultJobs([config('bert')], on(1)), 1);
    assert.equal(defaultJobs([config('bert')], on(4, 'cuda')), 1);
    assert.equal(defaultJobs([config('bert')], on(4, 'cpu', 'wasm')), 1);
    assert.equal(defaultJobs([config('bert'), config('bert', 0, 'model.encoder.hidden=768')], on(4)), 1);
  });
});
