import assert from 'node:assert/strict';
import { reportedScore } from '../../lib/experiments';
import { comparisonFigure } from '../../lib/experiments/comparison-figure';
import { spread } from '../../lib/experiments/statistics';

describe('the figure of a comparison', () => {
  const drawn = (corpus: string) => {
    const rows = ['bert', 'bert-gp'].map((variant) => ({ label: variant, f1: spread([0.5, 0.6]), paper: reportedScore(variant, corpus, 'da-rw-egp') }));
    const { data, layout } = comparisonFigure('Table', rows, { corpus, profile: 'small' });
    const traces = data as { name: string; x: number[]; y: number[]; marker: { color: string } }[];
    return { traces, title: (layout.title as { text: string }).text };
  };

  it('has the paper as of the same corpus where it is that, of its colour and at its height', () => {
    const { traces: [ours, paper, ...more], title } = drawn('cmeee-v2');
    assert.equal(title, 'Table: cmeee-v2, small');
    assert.deepEqual([ours.name, ours.x.map((x) => x.toFixed(2)), more.length], ['ours, cmeee-v2', ['55.00', '55.00'], 0]);
    // Paper B, Table 3; it has no BERT-GP.
    assert.deepEqual([paper.name, paper.x.map((x) => x.toFixed(2)), paper.y], ['paper, cmeee-v2', ['70.08'], [1]]);
    assert.equal(paper.marker.color, ours.marker.color);
  });

  it('has the paper by the name of its data set beside another corpus, and none where it prints none', () => {
    const { traces: [ours, paper] } = drawn('sample');
    assert.deepEqual([ours.name, paper.name], ['ours, sample', 'paper, CMeEE-V2']);
    assert.notEqual(paper.marker.color, ours.marker.color);
    assert.deepEqual(drawn('notes/ward.jsonl').traces.map(({ name }) => name), ['ours, notes/ward.jsonl']);
  });
});
