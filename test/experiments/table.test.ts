import assert from 'node:assert/strict';
import { toCsv, toMarkdown, type Table } from '../../lib/experiments';

const table: Table = {
  title: 'A table',
  columns: [{ header: 'model' }, { header: 'F1', align: 'right' }],
  rows: [['模型 a|b', '76.50 ± 0.20'], ['x, "y"', '–']],
  footnotes: ['One.', 'Two.'],
};

describe('tables', () => {
  it('are Markdown that reads as plain text too, Chinese counted as two columns', () => {
    assert.equal(
      toMarkdown(table),
      [
        '### A table',
        '',
        '| model     |           F1 |',
        '| --------- | -----------: |',
        '| 模型 a\\|b | 76.50 ± 0.20 |',
        '| x, "y"    |            – |',
        '',
        '1. One.',
        '2. Two.',
        '',
      ].join('\n'),
    );
  });

  it('are CSV', () => {
    assert.equal(toCsv(table), 'model,F1\n模型 a|b,76.50 ± 0.20\n"x, ""y""",–\n');
  });
});
