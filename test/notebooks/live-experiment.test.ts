import assert from 'node:assert/strict';
import type { ExperimentOutput, ExperimentRequest } from '../../lib/experiments';
import { escapeHtml } from '../../lib/figures';
import { liveExperiment } from '../../lib/notebook';

const output = { tables: [], data: {}, records: [], figure: { data: [], layout: {}, width: 1, height: 1 } } satisfies ExperimentOutput;
const request = { corpus: 'sample', profile: 'quick', seeds: [0], set: [] };

describe('an experiment in a notebook', () => {
  const symbol = Symbol.for('medner.display');
  let shown: string[];
  beforeEach(() => {
    shown = [];
    (globalThis as Record<symbol, unknown>)[symbol] = (data: Record<string, string>) => shown.push(data['text/html']);
  });
  afterEach(() => delete (globalThis as Record<symbol, unknown>)[symbol]);

  it('tells what was read back and what was made, and gives the output on', async () => {
    const made = await liveExperiment({
      runs: () => 3,
      async run({ hooks }: ExperimentRequest) {
        for (const [label, cached] of [['a', true], ['<b>', false], ['c', true]] as const) {
          hooks!.onRun!(label);
          hooks!.run!.onPhase!('training');
          hooks!.onRunDone!(cached);
        }
        return output;
      },
    }, request);
    assert.equal(made, output);
    assert.ok(shown.some((html) => html.includes(`run 2 of 3: ${escapeHtml('<b>')}, training`)), shown.join('\n'));
    assert.match(shown.at(-1)!, /3 runs: 2 read back, 1 made, in \d/);
  });

  it('asks for the profile\'s seeds where none are given', async () => {
    const asked: ExperimentRequest['seeds'][] = [];
    const experiment = { runs: () => 0, run: async ({ seeds }: ExperimentRequest) => (asked.push(seeds), output) };
    await liveExperiment(experiment, { ...request, seeds: [] });
    await liveExperiment(experiment, { ...request, seeds: [3] });
    assert.deepEqual(asked, [null, [3]]);
  });

  it('stops at an interrupt, and hears none afterwards', async () => {
    const before = process.listenerCount('SIGINT');
    const stopped = liveExperiment({
      runs: () => 1,
      run: ({ signal }: ExperimentRequest) => new Promise<ExperimentOutput>((_, reject) => signal!.addEventListener('abort', () => reject(new Error('stopped')))),
    }, request);
    assert.equal(process.listenerCount('SIGINT'), before + 1);
    process.emit('SIGINT');
    await assert.rejects(stopped, /stopped/);
    assert.equal(process.listenerCount('SIGINT'), before);
  });
});
