import assert from 'node:assert/strict';
import { beforeAfter, closeBrowser, figureSvg, kMaskSweep, modelComparison, pretrainingEffect, type Figure } from '../../lib/figures';
import { chromiumOrSkip } from './browser';

const spreads = [undefined, 0.02];
const point = { ceiling: 1, cells: 0.5 };

/** Every figure with bars, of points with the deviations given. */
const figures: Record<string, (deviations: readonly (number | undefined)[]) => Figure> = {
  modelComparison: (deviations) => modelComparison(deviations.map((deviation, i) => ({ model: `m${i}`, corpus: 'c', mean: 0.5, deviation, seeds: deviation === undefined ? 1 : 2 }))),
  kMaskSweep: (deviations) => kMaskSweep(deviations.map((deviation, i) => ({ k: 5 + i, mean: 0.5, deviation, ...point })), { mean: 0.5 }),
  pretrainingEffect: (deviations) => pretrainingEffect([{ name: 'bert', points: deviations.map((deviation, i) => ({ share: i, mean: 0.5, deviation })) }]),
  beforeAfter: (deviations) => beforeAfter(deviations.map((deviation, i) => ({ name: `p${i}`, before: { mean: 0.5, deviation }, after: { mean: 0.6, deviation } })), ['a', 'b']),
};

type Bars = { array: unknown[]; arrayminus?: unknown[] };
const barsOf = ({ data }: Figure): Bars[] => (data as { error_x?: Bars; error_y?: Bars }[]).flatMap(({ error_x: x, error_y: y }) => x ?? y ?? []);

describe('error bars', function () {
  this.timeout(120_000);
  after(() => closeBrowser());

  for (const [name, make] of Object.entries(figures)) {
    it(`${name}: none of one seed, one deviation either way of more`, () => {
      assert.deepEqual(barsOf(make([undefined, undefined])), []);
      const both = barsOf(make([0.01, 0.02]));
      assert.ok(both.length > 0);
      for (const { array, arrayminus = array } of both) assert.deepEqual([[...array].sort(), [...arrayminus].sort()], [[1, 2], [1, 2]]);
      // A seed of no spread is told apart from seeds that agree.
      for (const { array } of barsOf(make([0, 0.02]))) assert.deepEqual([...array].sort(), [0, 2]);
    });

    it(`${name}: a point of one seed is drawn without a bar beside one that has it`, async function () {
      chromiumOrSkip(this);
      const drawn = async (deviations: readonly (number | undefined)[]): Promise<number> =>
        // As it is stored and read again.
        ((await figureSvg(JSON.parse(JSON.stringify(make(deviations))) as Figure))!.match(/class="[xy]error"/g) ?? []).length;
      const series = barsOf(make(spreads)).length;
      assert.deepEqual([await drawn([0.01, 0.02]), await drawn(spreads), await drawn([undefined, undefined])], [2 * series, series, 0]);
    });
  }
});
