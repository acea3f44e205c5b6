import { readFileSync } from 'node:fs';
import { InputError, displayPath } from '../common';

/** What the runner reads and writes of Jupyter's notebook format 4. */
export interface Notebook {
  cells: Cell[];
  metadata: Record<string, unknown>;
  nbformat: number;
  nbformat_minor: number;
}

export interface Cell {
  cell_type: 'code' | 'markdown' | 'raw';
  id?: string;
  metadata: Record<string, unknown>;
  source: string | string[];
  execution_count?: number | null;
  outputs?: Output[];
}

export interface Output {
  output_type: 'stream' | 'display_data' | 'execute_result' | 'error';
  name?: 'stdout' | 'stderr';
  text?: string | string[];
  data?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
  traceback?: string[];
}

export const textOf = (source: string | string[]): string => (Array.isArray(source) ? source.join('') : source);

export function readNotebook(file: string): Notebook {
  let notebook: Notebook;
  try {
    notebook = JSON.parse(readFileSync(file, 'utf8')) as Notebook;
  } catch (error) {
    throw new InputError(`${displayPath(file)}: expected a notebook, found ${error instanceof Error ? error.message : String(error)}`);
  }
  if (notebook.nbformat !== 4 || !Array.isArray(notebook.cells)) {
    throw new InputError(`${displayPath(file)}: expected a notebook of format 4, found format ${notebook.nbformat}; convert it with jupyter nbconvert --to notebook`);
  }
  return notebook;
}
