import { textOf, type Notebook } from './notebook-file';

/**
 * What the kernel says at the end of a headless run (cell-runner.cjs): what each cell published, and which failed after
 * their end (execute.py adds these to the cells' outputs).
 */
export interface KernelReport {
  cells: { count: number; stdout: number; stderr: number; displays: number }[];
  late: { cell: number; ename: string; evalue: string; traceback: string[] }[];
}

/**
 * Every reason why an executed notebook does not count: an error output, a cell that was not run, a failure after its
 * cell had ended, output that the kernel published and the notebook does not hold.
 */
export function findings(notebook: Notebook, report: KernelReport | undefined): string[] {
  const found: string[] = [];
  const code = notebook.cells.filter((cell) => cell.cell_type === 'code' && textOf(cell.source).trim());
  for (const [index, cell] of code.entries()) {
    const place = `code cell ${index + 1}`;
    const outputs = cell.outputs ?? [];
    for (const output of outputs) {
      if (output.output_type === 'error') found.push(`${place}: ${output.ename}: ${output.evalue}${where(output.traceback)}`);
    }
    if (!report) continue;
    // nbclient numbers every cell that it sends; the kernel knows which it ran.
    const published = report.cells.find(({ count }) => count === cell.execution_count);
    if (!published) {
      found.push(`${place}: not run`);
      continue;
    }
    const held = (name: string) => outputs.reduce((sum, output) => sum + (output.output_type === 'stream' && output.name === name ? textOf(output.text ?? '').length : 0), 0);
    const displays = outputs.filter(({ output_type: type }) => type === 'display_data' || type === 'execute_result').length;
    for (const [what, sent, kept] of [
      ['characters of stdout', published.stdout, held('stdout')],
      ['characters of stderr', published.stderr, held('stderr')],
      ['displays', published.displays, displays],
    ] as const) {
      if (sent !== kept) found.push(`${place}: output lost: the kernel published ${sent} ${what}, the notebook holds ${kept}`);
    }
  }
  if (!report) found.push('the kernel ended before it could report: a cell ended the process, or memory ran out');
  return found;
}

/** The first frame that lies in the project, or the further lines of a compiler's diagnostics. */
function where(traceback: string[] = []): string {
  const frame = traceback.find((line) => /^\s+at .*(lib|notebooks)\//.test(line));
  return frame ? ` (${frame.trim()})` : traceback.length > 1 && !/^\s+at /.test(traceback[1]) ? `\n    ${traceback.slice(1, 6).join('\n    ')}` : '';
}
