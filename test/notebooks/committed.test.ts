import assert from 'node:assert/strict';
import * as path from 'node:path';
import { readNotebook, textOf } from '../../lib/notebook/notebook-file';
import { selectNotebooks } from '../../lib/notebook/run';

describe('committed notebooks', () => {
  for (const file of selectNotebooks([])) {
    it(`${path.basename(file)}: no outputs, small cells, typed parameters first, the claim at the top`, () => {
      const { cells, metadata } = readNotebook(file);
      assert.equal((metadata.kernelspec as { name: string }).name, 'tslab');
      const code = cells.filter((cell) => cell.cell_type === 'code');
      assert.ok(code.length <= 15);
      for (const cell of code) {
        assert.deepEqual([cell.outputs, cell.execution_count], [[], null]);
        assert.ok(textOf(cell.source).split('\n').length <= 15, textOf(cell.source));
      }
      for (const line of textOf(code[0].source).split('\n')) assert.match(line, /^const \w+: .+ = .+;$/);
      const opening = textOf(cells[0].source);
      for (const part of ['**Claim**', "paper's number", '**Run time**']) assert.ok(opening.includes(part), part);
    });
  }

  it('are chosen by number; another number is refused', () => {
    assert.deepEqual(selectNotebooks(['01']).map((file) => path.basename(file)), ['01-length-statistics.ipynb']);
    assert.throws(() => selectNotebooks(['0']), /no notebook 0/);
  });
});
