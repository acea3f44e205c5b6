import assert from 'node:assert/strict';
import fc from 'fast-check';
import { escapeLatex, toLatex, type Table } from '../../lib/experiments';

const table: Table = {
  title: 'F1 & more',
  columns: [{ header: 'model' }, { header: 'F1', align: 'right' }],
  rows: [['模型_a', '76.50 ± 0.20'], ['50 % {x}', '–']],
  footnotes: ['One.', 'p < 0.05 → Δ.'],
};

describe('LaTeX tables', () => {
  it('are set by booktabs, with escaped cells and numbered footnotes', () => {
    assert.equal(
      toLatex(table),
      [
        '\\begin{table}',
        '\\centering',
        '\\caption{F1 \\& more}',
        '\\begin{tabular}{lr}',
        '\\toprule',
        'model & F1 \\\\',
        '\\midrule',
        '模型\\_a & 76.50 $\\pm$ 0.20 \\\\',
        '50 \\% \\{x\\} & -- \\\\',
        '\\bottomrule',
        '\\end{tabular}',
        '\\par\\smallskip\\begin{minipage}{\\linewidth}\\footnotesize',
        '1. One.\\\\',
        '2. p \\textless{} 0.05 $\\to$ $\\Delta$.',
        '\\end{minipage}',
        '\\end{table}',
        '',
      ].join('\n'),
    );
  });

  it('break over pages where they are long, and wrap cells that are', () => {
    const rows = Array.from({ length: 41 }, (_, i) => [`row ${i}`, 'a cell of more than forty characters, to be wrapped']);
    const text = toLatex({ ...table, rows, footnotes: [] });
    assert.match(text, /^\\begin\{longtable\}\{lp\{0\.70\\linewidth\}\}\n\\caption\{F1 \\& more\} \\\\\n/);
    assert.match(text, /\\midrule\n\\endhead\nrow 0 & /);
    assert.match(text, /\\end\{longtable\}\n$/);
  });

  it('leave no character that LaTeX would take for a command', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'\\{}$&#%_^~ab中<') }), (text) => {
      // Without what the escapes write themselves, none of the special characters is left.
      const rest = escapeLatex(text).replace(/\\text[a-z]+\{\}|\\[{}$&#%_]/g, '');
      assert.doesNotMatch(rest, /[\\{}$&#%_^~<]/);
      assert.equal((escapeLatex(text).match(/[ab中]/g) ?? []).length >= (text.match(/[ab中]/g) ?? []).length, true);
    }));
  });
});
