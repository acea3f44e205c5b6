import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { InputError, sha256File } from '../../lib/common';
import { parseJsonl, writeJsonl, type Document } from '../../lib/corpus';
import { score } from '../../lib/evaluation';
import { comparisonExperiment, type ExperimentOutput, loadRunData, type MeasuredRow, reportedScore, resolveConfig, rowConfigs, type RunRecord, toleranceText } from '../../lib/experiments';
import { type Claim, claimNote } from '../../lib/experiments/claim';
import { comparisonTables } from '../../lib/experiments/comparison-tables';
import { flatGoldF1 } from '../../lib/experiments/flat-gold';
import { outermost } from '../../lib/text';
import { smallCorpus, tiny } from './corpus';

describe("the paper's number beside a model's", () => {
  it('is that of its row, data set and paper, and none where it prints none', () => {
    // Paper B, Table 3.
    assert.equal(reportedScore('bert', 'cmeee-v2', 'da-rw-egp')!.f1, 0.7008);
    assert.equal(reportedScore('bert', 'sample', 'da-rw-egp')!.dataset, 'CMeEE-V2');
    assert.equal(reportedScore('bert', 'ccks2017', 'da-rw-egp'), null);
    assert.equal(reportedScore('bert-gp', 'cmeee-v2', 'da-rw-egp'), null);
    assert.equal(reportedScore('da-rw-egp', 'cmeee-v2', 'llm-medner'), null);
  });
});

describe("a row's own assignments", () => {
  const of = (...set: string[]) => rowConfigs([
    { variant: 'llm-medner', label: 'all' },
    { variant: 'llm-medner', label: 'masked', set: ['features.provider=traditional:masking', 'model.channels.features=[]'] },
  ], { corpus: 'sample', profile: 'quick', seeds: null, set }, 0);

  it('stand over those of the request, which the other rows take', () => {
    assert.deepEqual(of('features.provider=qwen').map(({ features }) => features!.provider), ['qwen', 'traditional:masking']);
    const [all, masked] = of('features={"provider":"qwen","testEnhancement":false}', 'training.epochs=2');
    assert.deepEqual([all.features, masked.features].map((features) => Object.values(features!)), [['qwen', false], ['traditional:masking', false]]);
    assert.deepEqual([all, masked].map(({ training, model }) => [training.epochs, model.channels!.features.length]), [[2, 4], [2, 0]]);
  });

  it('may fit only together, in whatever order', () => {
    const both = ['tokenization.maxLength=1024', 'model.encoder.weights=null', 'model.encoder.maxPositions=1024'];
    for (const set of [both, [...both].reverse()]) {
      const [{ tokenization, model }] = rowConfigs([{ variant: 'bert', label: 'BERT' }], { corpus: 'sample', profile: 'quick', seeds: null, set }, 0);
      assert.deepEqual([tokenization.maxLength, model.encoder.maxPositions], [1024, 1024]);
    }
  });

  it('are refused with what refuses them', () => {
    assert.throws(() => of('training.epochs=2', 'model.head.nonsense=3', 'training.batchSize=4'), (error: Error) => error instanceof InputError && /nonsense/.test(error.message));
  });

  it('leave nothing of an assignment where every row has its own', () => {
    const own = [{ variant: 'bert', label: 'one', set: ['training.epochs=1'] }];
    assert.throws(() => rowConfigs(own, { corpus: 'sample', profile: 'quick', seeds: null, set: ['training.epochs=3'] }, 0), (error: Error) => error instanceof InputError && /every row has a value of its own for training\.epochs/.test(error.message));
  });
});

describe('a comparison of models', () => {
  const runs = mkdtempSync(path.join(tmpdir(), 'medner-comparison-'));
  const set = [...tiny, 'training.epochs=1', 'corpus.trainDocuments=16', 'corpus.scoredDocuments=4'];
  const request = { corpus: 'sample', profile: 'quick', seeds: [0], set, runs };
  const experiment = comparisonExperiment({
    name: 'some-comparison', title: 'Paper B, Table 3, some rows', heading: 'Paper B, Table 3', description: 'Some models.', paper: 'da-rw-egp',
    rows: [
      { variant: 'bert', label: 'BERT' },
      { variant: 'roberta-bilstm-crf', label: 'BiLSTM' },
      { variant: 'bert-gp', label: 'pointer' },
      { variant: 'roberta', label: 'RoBERTa' },
      { variant: 'bert-crf', label: 'two epochs', set: ['training.epochs=2'], unprinted: true },
    ],
    best: 'BiLSTM',
    defined: true,
    notes: ['A note of its own.'],
  });
  let output: ExperimentOutput;

  before(async function () {
    this.timeout(120_000);
    output = await experiment.run(request);
  });
  after(() => rmSync(runs, { recursive: true, force: true }));

  it('counts its runs, and refuses before any is made what they would refuse', () => {
    assert.equal(experiment.runs({ ...request, seeds: [0, 1] }), 10);
    assert.throws(() => experiment.runs({ ...request, set: ['training.epoch=1'] }), (error: Error) => error instanceof InputError && /did you mean epochs/.test(error.message));
  });

  it('is an experiment with a run for each row and seed', () => {
    assert.deepEqual([experiment.name, experiment.title, experiment.description], ['some-comparison', 'Paper B, Table 3, some rows', 'Some models.']);
    assert.equal(experiment.runs(request), 5);
    assert.equal(experiment.runs({ ...request, seeds: [0, 1, 2] }), 15);
    assert.equal(output.records.length, 5);
  });

  it("puts the declared paper's numbers beside its rows", () => {
    const [{ title, columns, rows, footnotes }] = output.tables;
    assert.equal(title, 'Paper B, Table 3: sample, quick');
    const from = columns.findIndex(({ header }) => header === 'paper (CMeEE-V2) P');
    assert.deepEqual(rows.map((row) => [row[0], ...row.slice(from, from + 3)]), [
      ['BERT', '69.65', '70.51', '70.08'],
      ['BiLSTM', '72.90', '72.72', '72.81'],
      ['pointer', '–', '–', '–'],
      ['RoBERTa', '70.07', '70.92', '70.49'],
      ['two epochs', '–', '–', '–'],
    ]);
    assert.ok(footnotes.includes('Paper\'s numbers of Table 3: "RoBERTa-BiLSTM-CRF" beside BiLSTM.'), footnotes.join('\n'));
    assert.ok(footnotes.includes('The paper prints no number for pointer (BERT with a global pointer that scores every span); two epochs.'));
    assert.match(footnotes.at(-2)!, /^What the rows are\. BERT: .* two epochs: bert with a conditional random field over its tags\.$/);
    assert.equal(footnotes.at(-1), 'A note of its own.');
  });

  it('judges the row that is claimed best, and calls one model by two names what it is', () => {
    const [{ columns, rows, footnotes }] = output.tables;
    const verdicts = rows.map((row) => row[columns.findIndex(({ header }) => header === 'verdict')]);
    assert.deepEqual([verdicts[0], verdicts[3]], ['baseline', 'same runs as BERT']);
    const { claim, rows: numbers } = output.data as { claim: Claim; rows: { label: string; f1: { mean: number }; paper: object | null }[] };
    const of = (name: string): number => numbers.find(({ label }) => label === name)!.f1.mean;
    // Not the pointer, and not the row that trains longer: the paper has neither.
    assert.deepEqual(claim, { row: 'BiLSTM', rival: 'BERT', gain: of('BiLSTM') - of('BERT'), p: null, verdict: 'one seed: not shown', paper: { f1: 0.7281, next: 0.7049 } });
    assert.ok(footnotes.includes(claimNote(claim)));
    assert.ok(footnotes.includes('Updates a run. 2: BERT; BiLSTM; pointer; RoBERTa. 4: two epochs.'), footnotes.join('\n'));
  });

  it('says how near a reproduced number is, where a verdict is on a number', () => {
    const rows = (output.data as { rows: MeasuredRow[] }).rows.map((row, i) => ({ ...row, runs: [output.records[i]] as unknown as RunRecord[] }));
    const said = (verdict: string): boolean => comparisonTables('T', rows.map((row, i) => (i === 1 ? { ...row, verdict } : row)), request)[0].footnotes.some((note) => note.endsWith(toleranceText));
    assert.deepEqual(['reproduced', '1.20 above the paper', 'not printed', 'same direction (one seed)'].map(said), [true, true, false, false]);
  });

  it('scores every row against the outermost gold entities alone, records without that score too', async () => {
    const { parts: { scored: gold } } = await loadRunData(resolveConfig({ variant: 'bert', corpus: 'sample', profile: 'quick', seed: 0, set }).corpus);
    assert.ok(gold.some(({ entities }) => outermost(entities).length < entities.length));
    const [, { columns, rows, footnotes }] = output.tables;
    assert.deepEqual(columns.slice(0, 3).map(({ header }) => header), ['model', 'flat gold', 'seen']);
    assert.match(footnotes[0], /^flat gold: /);
    for (const [i, { key }] of output.records.entries()) {
      const lines = readFileSync(path.join(runs, key, 'predictions.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Document);
      const { tp, fp, fn } = score(gold.map((document) => ({ ...document, entities: outermost(document.entities) })), lines.map((line, at) => ({ ...line, text: gold[at].text }))).micro;
      assert.equal(rows[i][1], ((200 * tp) / (2 * tp + fp + fn)).toFixed(2), rows[i][0]);
    }
    // A record from before that score, of a run that found all gold entities: those inside others are wrong. It is not rewritten.
    const folder = path.join(runs, output.records[4].key);
    const [file, predictions] = ['record.json', 'predictions.jsonl'].map((name) => path.join(folder, name));
    const before = [file, predictions].map((name) => readFileSync(name, 'utf8'));
    const { flatGold, ...older } = JSON.parse(before[0]) as RunRecord;
    assert.ok(flatGold && !output.records[2].flatGold);
    writeFileSync(predictions, gold.map(({ id, entities }) => `${JSON.stringify({ id, entities })}\n`).join(''));
    writeFileSync(file, JSON.stringify({ ...older, predictions: sha256File(predictions) }));
    const written = readFileSync(file, 'utf8');
    const { tables: [, again], data } = await experiment.run(request);
    const [all, outer] = [gold, gold.map(({ entities }) => ({ entities: outermost(entities) }))].map((documents) => documents.reduce((sum, { entities }) => sum + entities.length, 0));
    const f1 = (2 * outer) / (outer + all);
    assert.equal(again.rows[4][1], (100 * f1).toFixed(2));
    assert.ok(Math.abs((data as { rows: MeasuredRow[] }).rows[4].flatGold!.mean - f1) < 1e-12);
    assert.deepEqual(again.rows.slice(0, 4), rows.slice(0, 4));
    assert.equal(readFileSync(file, 'utf8'), written);
    [file, predictions].forEach((name, i) => writeFileSync(name, before[i]));
  });

  it('has no such column where no gold entity nests', async () => {
    const folder = path.join(runs, '..', `${path.basename(runs)}-flat`);
    try {
      const corpus = await smallCorpus(folder, { train: 8, dev: 2, test: 2 });
      for (const part of ['train', 'dev', 'test']) {
        const place = path.join(folder, `${part}.jsonl`);
        writeFileSync(place, writeJsonl(parseJsonl(readFileSync(place, 'utf8')).map((document) => ({ ...document, entities: outermost(document.entities) }))));
      }
      assert.equal((await flatGoldF1({ id: corpus, split: null, splitSeed: 1, trainDocuments: null, tuningDocuments: null, scoredDocuments: null }))([]), undefined);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('says of which rows an encoder and a learning rate are', async () => {
    const rows = [{ variant: 'cnn-crf', label: 'CNN, CRF' }, { variant: 'bert', label: 'BERT' }, { variant: 'roberta-bilstm-crf', label: 'BiLSTM' }];
    const { tables: [{ footnotes }] } = await comparisonExperiment({ name: 'other', title: 'Other', description: 'Other.', paper: 'llm-medner', rows }).run(request);
    assert.ok(footnotes.some((note) => note.endsWith('started from random weights: the rows compare models on equal terms, far below what pre-trained encoders reach. Vectors of characters, from random weights, stand in its place in CNN, CRF.')), footnotes.join('\n'));
    assert.ok(footnotes.includes('Peak learning rates. 0.002: CNN, CRF. 0.001 (encoder), 0.002 (all else): BERT. 0.0005 (encoder), 0.002 (all else): BiLSTM.'));
  });
});
