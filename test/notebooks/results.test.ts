import assert from 'node:assert/strict';
import { InputError } from '../../lib/common';
import type { CompactRecord, ExperimentOutput, Table } from '../../lib/experiments';
import { escapeHtml } from '../../lib/figures';
import { comparedRows, resultTableHtml, rowRecords } from '../../lib/notebook';

const table: Table = { title: 'T & U', columns: [{ header: 'model' }, { header: 'F1', align: 'right' }], rows: [['a', '1.00'], ['<b>', '2.00']], footnotes: ['x < y'] };
const records = ['a0', 'a1', 'b0', 'b1'].map((key) => ({ key }) as CompactRecord);
const output = { tables: [table], records, data: { rows: [{ label: 'a', gain: null }, { label: '<b>', gain: 1 }] } } as unknown as ExperimentOutput;

describe('results in a notebook', () => {
  it("a row has its runs' records, in the order of the table", () => {
    assert.deepEqual([...rowRecords(output)].map(([label, own]) => [label, own.map(({ key }) => key)]), [['a', ['a0', 'a1']], ['<b>', ['b0', 'b1']]]);
    assert.deepEqual(comparedRows(output).map(({ label, gain, runs }) => [label, gain, runs.length]), [['a', null, 2], ['<b>', 1, 2]]);
  });

  it('records that the rows cannot share out are refused', () => {
    for (const wrong of [records.slice(1), []]) assert.throws(() => rowRecords({ tables: [table], records: wrong }), (error) => error instanceof InputError && /records for 2 rows/.test(error.message));
  });

  it('a table keeps its alignment and notes, and escapes what it holds', () => {
    const html = resultTableHtml(table);
    for (const part of [`<b>${escapeHtml('T & U')}</b>`, '<td style="text-align:right;white-space:nowrap">2.00</td>', `>${escapeHtml('<b>')}<`, 'notes (1)', `<li>${escapeHtml('x < y')}</li>`]) assert.ok(html.includes(part), part);
    assert.ok(!resultTableHtml({ ...table, footnotes: [] }).includes('details'));
  });
});
