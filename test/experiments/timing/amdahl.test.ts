import assert from 'node:assert/strict';
import { bandSpeedup, impliedShare, savedShare } from '../../../lib/experiments/timing/amdahl';
import { maskSpeedup, printedDataset, printedTimes } from '../../../lib/experiments/timing/printed';
import { printedSaving } from '../../../lib/experiments/timing/tables';

const near = (actual: number, expected: number, tolerance: number) => assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, not ${expected}`);

describe("Amdahl's law beside Table 7", () => {
  it('saves p (1 − 1/s) of a step that takes 1 − p + p/s as long, and p at most', () => {
    const [p, s] = [0.4, 4];
    near(1 - savedShare({ p, s }), 1 - p + p / s, 1e-12);
    near(savedShare({ p, s }), 0.3, 1e-12);
    assert.equal(savedShare({ p, s: 1 }), 0);
    near(savedShare({ p, s: Infinity }), p, 1e-12);
    near(impliedShare(savedShare({ p, s }), s), p, 1e-12);
  });

  it('the mask leaves the cells of a band, counted one by one', () => {
    for (const [n, k] of [[256, 43], [10, 1], [7, 7], [5, 9]]) {
      let [all, band] = [0, 0];
      for (let i = 0; i < n; i++) for (let j = i; j < n; j++) [all, band] = [all + 1, band + (j - i < k ? 1 : 0)];
      near(bandSpeedup(n, k), all / band, 1e-12);
    }
    near(1 - 1 / maskSpeedup, 0.693, 0.0005); // the "70 %" of section 5.4
  });

  it("what the paper's text says of its table follows from it", () => {
    const [bilstm, gp, egp] = ['RoBERTa-BiLSTM-CRF', 'RW-GP', 'RW-EGP'].map((model) => printedTimes(model, 'CMeEE-V2'));
    near(1 - gp.training / bilstm.training, 0.141, 0.0005);
    near(1 - gp.validation / bilstm.validation, 0.164, 0.0005);
    near((gp.training - egp.training) / bilstm.training, 0.013, 0.0005);
    near((gp.validation - egp.validation) / bilstm.validation, 0.019, 0.0005);
    near(1 - printedTimes('RW-EGP', 'CCKS2020').training / printedTimes('RoBERTa-BiLSTM-CRF', 'CCKS2020').training, 0.114, 0.0005);
  });

  it('739.43 s for 750.87 s are 1.52 % of a step, and ask for a span stage of 2.2 % of it', () => {
    const saved = printedSaving('CMeEE-V2', 'training');
    near(saved, 1 - 739.43 / 750.87, 1e-12);
    near(saved, 0.01524, 0.000005);
    near(impliedShare(saved, maskSpeedup), 0.0220, 0.00005);
    near(savedShare({ p: impliedShare(saved, maskSpeedup), s: maskSpeedup }), saved, 1e-12);
  });

  it('stands beside the corpora that Table 7 has, and the embedded one', () => {
    assert.deepEqual(['cmeee-v2', 'sample', 'ccks2020', 'ccks2017', '/a/path'].map(printedDataset), ['CMeEE-V2', 'CMeEE-V2', 'CCKS2020', undefined, undefined]);
    assert.throws(() => printedTimes('RW-XP', 'CMeEE-V2'), /no row RW-XP/);
  });
});
