import assert from 'node:assert/strict';
import { InputError } from '../../lib/common';
import { augmentationProcess, entityMatrix, fontFamily, heatMap, lengthDistribution, modelArchitecture, modelComparison, kMaskCeiling, palette } from '../../lib/figures';
import { counts, drawnModel, examples, process } from './examples';

type Trace = Record<string, unknown> & { x: number[]; y: unknown[]; z: (number | null)[][]; customdata: unknown[]; name: string };
const traces = (figure: { data: unknown[] }) => figure.data as Trace[];

describe('figures', () => {
  for (const [name, make] of Object.entries(examples)) {
    it(`${name} is plain JSON, in the theme's font, and does not depend on the call`, () => {
      const figure = make();
      assert.deepEqual(JSON.parse(JSON.stringify(figure)), JSON.parse(JSON.stringify(make())));
      assert.equal(figure.layout.font?.family, fontFamily);
      assert.ok(figure.width > 0 && figure.height > 0);
    });
  }

  it('length shares of a type add up to 100', () => {
    const [short, medium, long] = traces(lengthDistribution(counts, 'train'));
    short.y.forEach((_, i) => assert.equal(short.x[i] + medium.x[i] + long.x[i], 100));
    // 15, 30, 15 of 60: a quarter, a half, a quarter; rows run from the bottom up.
    assert.deepEqual([short.x[1], medium.x[1], long.x[1]], [25, 50, 25]);
  });

  it('lengths before and after stand a type together, each adding up to 100', () => {
    const [short, medium, long] = traces(examples.augmentationLengths());
    short.y.forEach((_, i) => assert.equal(short.x[i] + medium.x[i] + long.x[i], 100));
    assert.deepEqual(long.x, [20, 50, 0, 50]);
    assert.deepEqual(short.y, [-0, -0.38, -1, -1.38]);
  });

  it('the process tells every count of its report on an arrow or in a box', () => {
    const texts = (augmentationProcess(process).layout.annotations ?? []).map(({ text }) => text ?? '').join('\n');
    // 1,000 + 201 + 102 + 103 + 204 documents in the end; 2,100 + 300 + 44 terms; 3,000 + 20 + 3 verified.
    for (const told of ['1,610 documents', '5,432 mentions', '2,444 terms', '300 terms', '44 terms', '7,000 matches', '3,023 verified, 23 of them corrected', '3,977', '204 of 600 kept', '1,500 sentences', 'offline-lexicon']) {
      assert.ok(texts.includes(told), told);
    }
  });

  it('an architecture has a box a part, dashed where it is taken away, thick where it differs, an arrow a flow, and its parameters in all', () => {
    const { layout: { shapes = [], annotations = [] }, width } = modelArchitecture(drawnModel, 'title');
    const boxes = shapes.slice(0, 5);
    assert.deepEqual(boxes.map(({ line }) => line!.dash ?? line!.width), [4.5, 2, 2, 2, 'dash']);
    for (const { x0, x1, y0, y1 } of boxes) assert.ok(Number(x0) >= 0 && Number(x0) < Number(x1) && Number(x1) <= width && Number(y0) < Number(y1));
    const arrows = annotations.filter(({ showarrow }) => showarrow);
    assert.equal(arrows.length, 4);
    // From box to box, downwards: each begins at the lower edge of one and ends at the upper edge of another.
    for (const { y, ay } of arrows) assert.ok(boxes.some(({ y1 }) => y1 === ay) && boxes.some(({ y0 }) => y0 === y) && Number(ay) < Number(y));
    const texts = annotations.map(({ text }) => text).join('\n');
    for (const told of ['<b>the text</b><br>病历', '12,345 parameters', '13,023 parameters are trained', '[3, n, 8]', 'Dashed: what full has', 'Thick frame: other than in full']) assert.ok(texts.includes(told), told);
    assert.ok(!texts.includes('99 parameters') && !texts.includes('n words'));
  });

  it("the band's inset shows the share of spans that the band holds", () => {
    // 8 of 32 tokens: (2 · 32 + 1 − 8) · 8 / (32 · 33) = 43.2 %.
    const { layout: { shapes = [], annotations = [] } } = modelArchitecture(drawnModel, 'title');
    assert.ok(annotations.some(({ text }) => text?.startsWith('43 % of all spans')));
    const [triangle, band] = shapes.slice(-2).map(({ path }) => path!.slice(1, -1).split('L').map((corner) => corner.split(',').map(Number)));
    const area = (corners: number[][]): number => Math.abs(corners.reduce((sum, [x, y], i) => sum + x * corners[(i + 1) % corners.length][1] - corners[(i + 1) % corners.length][0] * y, 0)) / 2;
    // The areas stand as the continuous counterparts of the counts: 1 − (1 − k/n)².
    assert.ok(Math.abs(area(band) / area(triangle) - (1 - 0.75 ** 2)) < 0.01);
    const whole = modelArchitecture({ ...drawnModel, spans: { tokens: 32, k: null } }, 'title').layout.annotations!;
    assert.ok(whole.some(({ text }) => text?.startsWith('all 528 spans')));
    assert.throws(() => modelArchitecture({ ...drawnModel, parts: [{ id: 'nowhere', title: '', facts: [], parameters: 0 }] }, 'title'), /no place/);
  });

  it('a split that is not there is refused', () => {
    assert.throws(() => lengthDistribution(counts, 'test'), InputError);
  });

  it('the ceiling is the share of entities longer than k', () => {
    assert.deepEqual(traces(kMaskCeiling(counts))[0].y, [20, 4, 0]);
  });

  it("the paper's values are open markers of the corpus's colour", () => {
    const rows = [{ model: 'a', corpus: 'c', mean: 0.5, deviation: 0.02, seeds: 2, paper: 0.55 }];
    const [ours, paper] = traces(modelComparison(rows));
    assert.deepEqual(ours.x, [50]);
    assert.deepEqual((ours.error_x as { array: number[] }).array, [2]);
    assert.match((paper.marker as { symbol: string }).symbol, /-open$/);
    assert.equal((paper.marker as { color: string }).color, palette[0]);
    assert.equal((ours.marker as { color: string }).color, palette[0]);
  });

  it('a heat map is white at 0, as dark either way, and frames what it is told to', () => {
    const [heat, frames] = traces(examples.heatMap());
    assert.deepEqual([heat.z, heat.zmin, heat.zmax], [[[1, -2, 0], [0, 4, -1]], -4, 4]);
    assert.deepEqual([frames.x, frames.y], [[1], [1]]);
    const [unsigned, none] = traces(heatMap({ title: '', rows: ['a'], columns: ['b'], values: [[3]], scale: '' }));
    assert.deepEqual([unsigned.zmin, unsigned.zmax, none], [0, 3, undefined]);
  });

  it("a stage's point lies on its line p (1 − 1/s), what was measured at its p", () => {
    const [bound, ours, paper, point, measured, printed] = traces(examples.amdahlLines());
    assert.deepEqual([bound.x[1], bound.y[1]], [bound.x[1], bound.x[1]]);
    assert.ok(Math.abs((ours.y[1] as number) / ours.x[1] - 0.75) < 1e-12 && Math.abs((paper.y[1] as number) / paper.x[1] - (1 - 1 / 3.26)) < 1e-12);
    assert.deepEqual([point.x[0], point.y[0], measured.x[0], measured.y[0]], [25, 18.75, 25, 12.5]);
    assert.ok(Math.abs((printed.y[0] as number) - 2.2 * (1 - 1 / 3.26)) < 1e-12);
  });

  it("the audit's bars reach from the least to the greatest difference, coloured by verdict", () => {
    const all = traces(examples.auditDifferences());
    assert.deepEqual(all.map(({ name }) => name), ['CCKS2020, consistent', 'CMeEE-V2, consistent', 'CMeEE-V2, inconsistent']);
    const { x, error_x: bars } = all[2] as unknown as { x: number[]; error_x: { array: number[]; arrayminus: number[] } };
    assert.ok(Math.abs(x[0] + bars.array[0] + 0.19) < 1e-9 && Math.abs(x[0] - bars.arrayminus[0] + 0.21) < 1e-9);
    const colours = all.map(({ marker }) => (marker as { color: string }).color);
    assert.ok(colours[0] === colours[1] && colours[1] !== colours[2]);
  });

  it('the strip shows every seed, the means, and each interval of the difference', () => {
    const [first, , mean, , intervals] = traces(examples.significanceStrip());
    assert.deepEqual(first.x, [61, 64, 62]);
    assert.ok(Math.abs(mean.x[0] - 187 / 3) < 1e-9);
    const bars = intervals.error_x as { array: number[]; arrayminus: number[] };
    assert.ok(Math.abs(intervals.x[0] + bars.array[0] - 11) < 1e-9 && Math.abs(intervals.x[0] - bars.arrayminus[0] - 1) < 1e-9);
  });

  it('stages stand on each other in the panel that has them, one entry of the legend each', () => {
    const drawn = traces(examples.stepStages()).map(({ name, x, y, xaxis, showlegend }) => ({ name, x, y, xaxis, showlegend }));
    assert.deepEqual(drawn, [
      { name: 'encoder', x: [3, 3], y: ['rw-egp', 'rw-gp'], xaxis: 'x', showlegend: true },
      { name: 'loss', x: [1, 2], y: ['rw-egp', 'rw-gp'], xaxis: 'x', showlegend: true },
      { name: 'encoder', x: [1], y: ['rw-egp'], xaxis: 'x2', showlegend: false },
      { name: 'decode', x: [0.5], y: ['rw-egp'], xaxis: 'x2', showlegend: true },
    ]);
  });

  it('the entity matrix shows the best type of each cell, nothing below the diagonal or beyond the band', () => {
    const [heat, gold] = traces(examples.entityMatrix());
    assert.equal(heat.z[2][5], 2);
    assert.match(String((heat.customdata[2] as string[])[5]), /^上呼吸道<br>bod/);
    assert.equal(heat.z[3][2], null);
    assert.equal(heat.z[0][4], null);
    assert.deepEqual([gold.x, gold.y], [[5], [2]]);
    assert.throws(() => entityMatrix(['a'], { dis: [[0]] }, [], 'dru'), InputError);
  });
});
