import {
  amdahlLines, auditDifferences, augmentationLengths, augmentationProcess, beforeAfter, entityMatrix, heatMap, kMaskCeiling, kMaskSweep, learningCurve, lengthDistribution, modelArchitecture, modelComparison, nestedShares, pretrainingCurve, pretrainingEffect,
  significanceStrip, stepStages,
  type CorpusCounts, type DrawnArchitecture, type Figure, type ProcessCounts,
} from '../../lib/figures';

export const counts: CorpusCounts = {
  corpus: 'made-up',
  splits: {
    train: {
      documents: 10, entities: 100, nested: 25,
      types: { dis: { count: 60, short: 15, medium: 30, long: 15 }, 药物: { count: 40, short: 40, medium: 0, long: 0 } },
      lostAtK: { 5: 20, 10: 4, 43: 0 },
    },
    dev: {
      documents: 2, entities: 8, nested: 0,
      types: { dis: { count: 8, short: 2, medium: 4, long: 2 } },
      lostAtK: { 5: 2, 10: 0, 43: 0 },
    },
  },
};

const tokens = [...'急性上呼吸道感染'];
const nothing = Number.NaN;
/** A band of width 4: cells beyond it are not scored. */
const scores = (peak: number) => tokens.map((_, i) => tokens.map((__, j) => (j < i || j - i >= 4 ? nothing : i === 2 && j === 5 ? peak : -3)));

export const mixes = {
  before: { dis: { short: 10, medium: 30, long: 10 }, 药物: { short: 4, medium: 0, long: 0 } },
  after: { dis: { short: 10, medium: 30, long: 40 }, 药物: { short: 4, medium: 4, long: 8 } },
};

export const process: ProcessCounts = {
  train: { documents: 1000, entities: 5432 },
  easy: { substitution: { made: 201 }, joining: { made: 102 }, sentences: { made: 103 } },
  remote: {
    trainMentions: 2100,
    terms: { train: 2100, lexicon: 300, instance: 44 },
    annotation: { candidates: 7000, accepted: 3000, corrected: { type: 20, boundary: 3 }, refuted: 3500, undecided: 477, sentences: { all: 1500, kept: 600 } },
    made: 204,
  },
  sources: { instances: 'offline-lexicon', verifier: 'training-statistics' },
};

const part = (id: string, parameters = 0, facts: string[] = []) => ({ id, title: `the ${id}`, facts, parameters });

/** A pointer on an encoder, where the full model has word vectors between; its text is marked as another. */
export const drawnModel: DrawnArchitecture = {
  parts: [part('text', 0, ['病历']), part('encoder', 12_345), part('pointer', 678), part('entities')],
  flows: [{ from: 'text', to: 'encoder', carries: 'n tokens' }, { from: 'encoder', to: 'pointer', carries: '[n, 24]' }, { from: 'pointer', to: 'entities', carries: '[3, n, 8]' }],
  spans: { tokens: 32, k: 8 },
  against: { name: 'full', removed: [part('word-vectors', 99)], removedFlows: [{ from: 'text', to: 'word-vectors', carries: 'n words' }], changed: ['text'], added: [] },
};

/** One example of every figure. */
export const examples: Record<string, () => Figure> = {
  amdahlLines: () => amdahlLines([{ label: 'ours', p: 0.25, s: 4, measured: 0.125 }, { label: 'paper', p: 0.022, s: 3.26 }]),
  augmentationLengths: () => augmentationLengths(mixes),
  augmentationProcess: () => augmentationProcess(process),
  lengthDistribution: () => lengthDistribution(counts),
  kMaskCeiling: () => kMaskCeiling(counts),
  nestedShares: () => nestedShares(counts),
  modelComparison: () => modelComparison([
    { model: 'bert', corpus: 'made-up', mean: 0.5, deviation: 0.01, seeds: 3, paper: 0.6, paperCorpus: 'CMeEE-V2' },
    { model: 'rw-egp', corpus: 'made-up', mean: 0.6, seeds: 1 },
  ]),
  entityMatrix: () => entityMatrix(tokens, { dis: scores(-1), bod: scores(2) }, [{ start: 2, end: 6, type: 'bod' }]),
  modelArchitecture: () => modelArchitecture(drawnModel, 'Architecture'),
  heatMap: () => heatMap({ title: 'Scores', rows: ['O', 'B-dis'], columns: ['[CLS]', '胃', '炎'], values: [[1, -2, 0], [0, 4, -1]], scale: 'S', signed: true, framed: [{ row: 1, column: 1 }] }),
  auditDifferences: () => auditDifferences([
    { label: 'Table 1: a', dataset: 'CMeEE-V2', difference: 0.0001, low: -0.0001, high: 0.0003, consistent: true },
    { label: 'Table 1: b', dataset: 'CMeEE-V2', difference: -0.002, low: -0.0021, high: -0.0019, consistent: false },
    { label: 'Table 1: b', dataset: 'CCKS2020', difference: 0, low: -0.0001, high: 0.0001, consistent: true },
  ]),
  significanceStrip: () => significanceStrip(
    [{ label: 'rw-egp', values: [0.61, 0.64, 0.62] }, { label: 'bert', values: [0.55, 0.56, 0.59] }],
    [{ name: 'Welch', value: 0.05667, interval: [0.01, 0.11] }, { name: 'bootstrap', value: 0.055, interval: [0.03, 0.08] }],
  ),
  stepStages: () => stepStages([
    { panel: 'training', label: 'rw-egp', stages: { encoder: 3, loss: 1 } },
    { panel: 'training', label: 'rw-gp', stages: { encoder: 3, loss: 2 } },
    { panel: 'validation', label: 'rw-egp', stages: { encoder: 1, decode: 0.5 } },
  ], 'of which the loss can save 1 s'),
  beforeAfter: () => beforeAfter([{ name: 'dis 疾病', before: { mean: 0.6, deviation: 0.01 }, after: { mean: 0.64 } }, { name: 'all', before: { mean: 0.7 }, after: { mean: 0.69 } }], ['without', 'with']),
  kMaskSweep: () => kMaskSweep([{ k: 5, mean: 0.5, deviation: 0.01, ceiling: 0.7, cells: 0.1 }, { k: 43, mean: 0.8, ceiling: 1, cells: 0.6 }], { mean: 0.79 }),
  pretrainingCurve: () => pretrainingCurve({ losses: [{ step: 1, loss: 8 }, { step: 4, loss: 5 }], heldOut: [{ step: 2, heldOutLoss: 6, accuracy: 0.1 }, { step: 4, heldOutLoss: 5, accuracy: 0.2 }] }),
  pretrainingEffect: () => pretrainingEffect([{ name: 'bert', points: [{ share: 0, mean: 0.2, deviation: 0.02 }, { share: 1, mean: 0.5 }] }]),
  learningCurve: () => learningCurve({ loss: [{ step: 1, loss: 3 }, { step: 2, loss: 0.2 }], dev: [{ step: 2, f1: 0.4 }] }),
};
