import { InputError } from '../common';
import { textOf, type Notebook } from './notebook-file';

/** A parameter of a notebook: a typed constant on a line of its own in the first code cell. */
const declaration = /^(?<head>\s*const\s+(?<name>\w+)\s*:\s*(?<type>[^=;]+?)\s*=\s*)(?<value>[^;]*)(?<tail>;.*)$/;

/**
 * The notebook with other initial values for the parameters of its first code cell. Changes nothing in `notebook`.
 * @throws InputError for a name that the cell does not declare, or a value that its type refuses
 */
export function withParameters(notebook: Notebook, values: Record<string, string>, name: string): Notebook {
  const index = notebook.cells.findIndex((cell) => cell.cell_type === 'code');
  const lines = index < 0 ? [] : textOf(notebook.cells[index].source).split('\n');
  const left = new Map(Object.entries(values));
  const changed = lines.map((line) => {
    const found = declaration.exec(line)?.groups;
    const value = found && left.get(found.name);
    if (!found || value === undefined) return line;
    left.delete(found.name);
    return `${found.head}${literal(value, found.type, `${name}, --set ${found.name}=${value}`)}${found.tail}`;
  });
  if (left.size) {
    const known = lines.flatMap((line) => declaration.exec(line)?.groups?.name ?? []);
    throw new InputError(`${name} has no parameter ${[...left.keys()].join(', ')}; it has ${known.join(', ') || 'none'}`);
  }
  const cells = notebook.cells.map((cell, i) => (i === index ? { ...cell, source: changed.join('\n') } : cell));
  return { ...notebook, cells };
}

/** A value from the command line as a TypeScript literal of the declared type. */
function literal(value: string, type: string, where: string): string {
  const refuse = (expected: string): never => {
    throw new InputError(`${where}: expected ${expected}`);
  };
  if (type.endsWith('[]')) return `[${value.split(',').map((item) => literal(item.trim(), type.slice(0, -2), where)).join(', ')}]`;
  if (type === 'string') return quoted(value);
  if (type === 'boolean') return value === 'true' || value === 'false' ? value : refuse('true or false');
  if (type === 'number') return value.trim() !== '' && Number.isFinite(Number(value)) ? String(Number(value)) : refuse('a number');
  const choices = [...type.matchAll(/'([^']*)'/g)].map(([, choice]) => choice);
  if (!choices.length) return refuse(`a parameter of a plain type; ${type} cannot be set from the command line`);
  return choices.includes(value) ? quoted(value) : refuse(`one of ${choices.join(', ')}`);
}

const quoted = (text: string) => `'${text.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n')}'`;
