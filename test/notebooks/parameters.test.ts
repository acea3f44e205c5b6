import assert from 'node:assert/strict';
import { InputError } from '../../lib/common';
import { textOf, type Notebook } from '../../lib/notebook/notebook-file';
import { withParameters } from '../../lib/notebook/parameters';

const source = [
  "const corpus: string = 'sample'; // which",
  'const k: number = 43;',
  'const fast: boolean = true;',
  'const seeds: number[] = [0, 1];',
  "const profile: 'quick' | 'small' = 'quick';",
  'const model: Map<string, number> = new Map();',
].join('\n');

const notebook: Notebook = {
  cells: [
    { cell_type: 'markdown', metadata: {}, source: "const corpus: string = 'in a text';" },
    { cell_type: 'code', metadata: {}, source, outputs: [], execution_count: null },
    { cell_type: 'code', metadata: {}, source: 'const later: number = 1;', outputs: [], execution_count: null },
  ],
  metadata: {}, nbformat: 4, nbformat_minor: 5,
};

const lines = (set: Record<string, string>) => textOf(withParameters(notebook, set, '00.ipynb').cells[1].source).split('\n');

describe('parameters of a notebook', () => {
  it('replace initial values, as literals of the declared type, and nothing else', () => {
    const changed = lines({ corpus: "it's", k: '7', fast: 'false', seeds: '3, 4', profile: 'small' });
    assert.deepEqual(changed, [
      "const corpus: string = 'it\\'s'; // which",
      'const k: number = 7;',
      'const fast: boolean = false;',
      'const seeds: number[] = [3, 4];',
      "const profile: 'quick' | 'small' = 'small';",
      'const model: Map<string, number> = new Map();',
    ]);
    assert.equal(textOf(notebook.cells[1].source), source);
  });

  const refused: [string, Record<string, string>, RegExp][] = [
    ['an unknown name', { corpse: 'x' }, /00\.ipynb has no parameter corpse; it has corpus, k, fast, seeds, profile/],
    ['a name of a later cell', { later: '2' }, /no parameter later/],
    ['a word for a number', { k: 'many' }, /k=many: expected a number/],
    ['a value outside a choice', { profile: 'paper' }, /expected one of quick, small/],
    ['a type that has no literal', { model: 'x' }, /cannot be set from the command line/],
  ];
  for (const [what, set, message] of refused) {
    it(`${what} is refused`, () => assert.throws(() => lines(set), (error) => error instanceof InputError && message.test(error.message)));
  }
});
