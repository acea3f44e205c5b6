import { displayWidth } from '../common';
import type { Table } from './table';

/** Cells wider than this make their column one of wrapped paragraphs. */
const wide = 40;
/** Longer tables break over pages. */
const long = 40;

const commands: Record<string, string> = {
  '\\': '\\textbackslash{}', '{': '\\{', '}': '\\}', '$': '\\$', '&': '\\&', '#': '\\#', '%': '\\%', _: '\\_',
  '^': '\\textasciicircum{}', '~': '\\textasciitilde{}', '<': '\\textless{}', '>': '\\textgreater{}', '|': '\\textbar{}', '"': '\\textquotedbl{}',
  '–': '--', '—': '---', '…': '\\ldots{}', '−': '$-$', '±': '$\\pm$', '×': '$\\times$', '≤': '$\\le$', '≥': '$\\ge$', '≪': '$\\ll$', '≠': '$\\ne$', '†': '\\dag{}',
  '→': '$\\to$', '∈': '$\\in$', '√': '$\\surd$', '²': '$^2$', 'Δ': '$\\Delta$', 'α': '$\\alpha$', 'β': '$\\beta$', 'γ': '$\\gamma$', 'σ': '$\\sigma$', 'ρ': '$\\rho$',
};

/** Text that LaTeX sets as it reads. Chinese stays as it is: the document then wants ctex or xeCJK. */
export function escapeLatex(text: string): string {
  return Array.from(text, (character) => commands[character] ?? character).join('');
}

/**
 * A table for a paper: `booktabs`, its footnotes numbered below. The document needs \usepackage{booktabs,longtable} and, for straight
 * quotation marks, \usepackage[T1]{fontenc}. A table of more than 40 rows is a longtable, which breaks over pages.
 */
export function toLatex({ title, columns, rows, footnotes }: Table): string {
  const wraps = columns.map((_, i) => rows.some((row) => displayWidth(row[i]) > wide));
  const share = (0.7 / Math.max(1, wraps.filter(Boolean).length)).toFixed(2);
  const format = columns.map(({ align }, i) => (wraps[i] ? `p{${share}\\linewidth}` : align === 'right' ? 'r' : 'l')).join('');
  const line = (cells: string[]): string => `${cells.map(escapeLatex).join(' & ')} \\\\`;
  const head = ['\\toprule', line(columns.map(({ header }) => header)), '\\midrule'];
  const caption = `\\caption{${escapeLatex(title)}}`;
  const notes = footnotes.map((note, i) => `${i + 1}. ${escapeLatex(note)}`).join('\\\\\n');
  const below = notes ? [`\\par\\smallskip\\begin{minipage}{\\linewidth}\\footnotesize\n${notes}\n\\end{minipage}`] : [];
  if (rows.length > long) {
    return [`\\begin{longtable}{${format}}`, `${caption} \\\\`, ...head, '\\endhead', ...rows.map(line), '\\bottomrule', '\\end{longtable}', ...below, ''].join('\n');
  }
  return ['\\begin{table}', '\\centering', caption, `\\begin{tabular}{${format}}`, ...head, ...rows.map(line), '\\bottomrule', '\\end{tabular}', ...below, '\\end{table}', ''].join('\n');
}
