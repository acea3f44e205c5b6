import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../../lib/backend';
import { InputError } from '../../../lib/common';
import { experiment, toMarkdown } from '../../../lib/experiments';
import { timeModels } from '../../../lib/experiments/b-timing';
import { kinds, paddings } from '../../../lib/experiments/timing/measure';
import { smallCorpus, tiny } from '../corpus';

interface Row {
  model: string;
  kind: string;
  padding: string;
  seconds: { value: number; spread: number };
  stages: Record<string, number>;
  strata: { batches: number; tokens: number; drawn: { windows: number; length: number; tokens: number; ms: { value: number; rounds: number[] }; stages: object }[] }[];
}

describe('b-timing', () => {
  const tagStages = ['encoder', 'scores', 'loss', 'head gradients', 'encoder gradients', 'optimiser'];
  let folder: string;
  let corpus: string;
  before(async () => {
    await prepareBackend({ quiet: true });
    folder = mkdtempSync(path.join(tmpdir(), 'medner-timing-'));
    corpus = await smallCorpus(path.join(folder, 'tiny'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('times every model in every way, stage by stage, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const shares: number[] = [];
    const output = await timeModels(
      { corpus, profile: 'quick', seeds: [3], set: tiny, hooks: { run: { onProgress: (share) => shares.push(share) } } },
      { batches: 3, rounds: 2 },
    );
    assert.equal(tf.memory().numTensors, before);
    assert.equal(shares.at(-1), 1);

    const { rows, ratios, amdahl } = output.data as { rows: Row[]; ratios: object[]; amdahl: { p: number; s: number; saved: number }[] };
    const expected = kinds.flatMap((kind) => paddings.flatMap((padding) => ['RoBERTa-BiLSTM-CRF', 'RW-GP', 'RW-EGP'].map((model) => ({ kind, padding, model }))));
    assert.deepEqual(rows.map(({ kind, padding, model }) => ({ kind, padding, model })), expected);
    for (const { model, kind, padding, seconds, stages, strata } of rows) {
      const stagesHere = kind === 'validation' ? ['encoder', 'scores', 'decode'] : tagStages.filter((stage) => stage !== 'scores' || model === 'RoBERTa-BiLSTM-CRF');
      assert.deepEqual(Object.keys(stages), stagesHere);
      assert.ok(Object.values(stages).every((ms) => Number.isFinite(ms)));
      assert.ok(seconds.value > 0 && seconds.spread >= 0);
      // 48 windows in batches of 8 are trained on, 12 in one batch validated.
      assert.equal(strata.reduce((sum, { batches }) => sum + batches, 0), kind === 'training' ? 6 : 1);
      const drawn = strata.flatMap((stratum) => stratum.drawn);
      assert.equal(drawn.length, kind === 'training' ? 3 : 1);
      for (const { windows, length, tokens, ms, stages: raw } of drawn) {
        assert.equal(windows, kind === 'training' ? 8 : 12);
        assert.ok(padding === 'padded' ? length === 128 : length < 64);
        assert.equal(tokens, windows * length);
        assert.equal(ms.rounds.length, 2);
        assert.deepEqual(Object.keys(raw), stagesHere);
      }
    }
    assert.equal(ratios.length, 12);
    for (const { p, s, saved } of amdahl) assert.ok(p > 0 && p < 1 && s > 0 && saved <= p);

    assert.deepEqual(output.tables.map(({ rows }) => rows.length), [3, 3, 12, 8]);
    for (const { columns, rows } of output.tables) assert.ok(rows.every((cells) => cells.length === columns.length));
    assert.doesNotMatch(output.tables.map(toMarkdown).join('\n'), /NaN|undefined|Infinity/);
    assert.doesNotMatch(JSON.stringify({ ...output.data, configs: [] }), /null,null/);
    assert.equal(output.records.length, 0);
  });

  it('refuses what makes an update more than one pass, and a stop in between ends it', async () => {
    const request = { corpus, profile: 'quick', seeds: [0], set: [...tiny, 'training.rDrop=4'] };
    await assert.rejects(timeModels(request, { batches: 2, rounds: 1 }), (error: Error) => error instanceof InputError && /training\.rDrop=4/.test(error.message));
    const before = tf.memory().numTensors;
    await assert.rejects(timeModels({ ...request, set: tiny, signal: AbortSignal.abort() }, { batches: 2, rounds: 1 }), { name: 'Interrupted' });
    assert.equal(tf.memory().numTensors, before);
  });

  it('stands in the catalogue', () => assert.equal(experiment('b-timing').title, 'Paper B, Table 7'));
});
