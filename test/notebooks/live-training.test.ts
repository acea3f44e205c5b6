import assert from 'node:assert/strict';
import { escapeHtml } from '../../lib/figures';
import { liveTraining } from '../../lib/notebook';
import type { TrainingProgress } from '../../lib/training';

describe('a training in a notebook', () => {
  const symbol = Symbol.for('medner.display');
  let shown: { html: string; id: string | undefined; update: boolean }[];
  let listeners: number;
  beforeEach(() => {
    shown = [];
    listeners = process.listenerCount('SIGINT');
    (globalThis as Record<symbol, unknown>)[symbol] = (data: Record<string, string>, id: string | undefined, update: boolean) => shown.push({ html: data['text/html'], id, update });
  });
  afterEach(() => delete (globalThis as Record<symbol, unknown>)[symbol]);

  const chart = (): string => Buffer.from(/base64,([^"]+)/.exec(shown.at(-1)!.html)![1], 'base64').toString('utf8');
  const report = { epoch: 0, gradientNorm: 1, rate: 1, totalSteps: 10 };

  it('is one display: what is prepared, loss and time left, dev F1; what follows leaves its last line', async () => {
    const { hooks, curve } = liveTraining();
    hooks.onPhase!('words <and> tokens');
    assert.ok(shown[0].html.endsWith(`>${escapeHtml('words <and> tokens')} …</div>`), shown[0].html);
    assert.ok(!shown[0].html.includes('<img'));
    await new Promise((resolve) => setTimeout(resolve, 450));
    await hooks.onStep!({ ...report, step: 1, loss: 0.5, secondsLeft: 8.2 });
    assert.match(shown[1].html, /epoch 1, step 1 of 10, loss 0\.5000, 9 s left/);
    await hooks.onStep!({ ...report, step: 2, loss: 0.25, secondsLeft: 8 }); // too soon after the last
    assert.equal(shown.length, 2);
    await hooks.onEpoch!({ epoch: 0, step: 5, loss: 1, precision: 0.5, recall: 0.5, f1: 0.5, seconds: 3 });
    assert.match(shown[2].html, /epoch 1 done: step 5 of 10, dev F1 50\.00, best dev F1 50\.00, 3\.0 s/);
    assert.equal(chart().match(/<circle/g)!.length, 1);
    hooks.onPhase!('scoring');
    assert.deepEqual(shown.map(({ update }) => update), [false, true, true]);
    assert.equal(new Set(shown.map(({ id }) => id)).size, 1);
    assert.deepEqual(curve, { loss: [{ step: 1, loss: 0.5 }, { step: 2, loss: 0.25 }], dev: [{ step: 5, f1: 0.5 }] });
  });

  it('goes on with the curve of the part before', () => {
    const { hooks, curve } = liveTraining();
    const before = { step: 4, losses: [{ step: 2, loss: 2 }, { step: 4, loss: 1 }], curve: [{ step: 3, f1: 0.25 }] };
    hooks.onResume!(before as unknown as TrainingProgress);
    assert.match(shown[0].html, /goes on after step 4/);
    assert.deepEqual(curve, { loss: before.losses, dev: before.curve });
  });

  it('of several that were followed the last hears the interrupt', () => {
    const [first, second] = [liveTraining(), liveTraining()];
    assert.ok(process.listenerCount('SIGINT') <= listeners + 1);
    process.emit('SIGINT');
    assert.deepEqual([first.signal.aborted, second.signal.aborted], [false, true]);
  });
});
