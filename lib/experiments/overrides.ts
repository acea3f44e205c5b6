import { z } from 'zod';
import { canonicalJson, didYouMean, InputError } from '../common';

type Tree = { [key: string]: unknown };

const isTree = (value: unknown): value is Tree => value !== null && typeof value === 'object' && !Array.isArray(value);

/** All field paths of a config: `training.learningRate.encoder`. */
export function fieldPaths(config: Tree, prefix = ''): string[] {
  return Object.entries(config).flatMap(([key, value]) => (isTree(value) ? fieldPaths(value, `${prefix}${key}.`) : [prefix + key]));
}

/** A value as written on the command line: JSON where it is JSON (numbers, true, null, lists), else text. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * A copy of `config` with `a.b=c` assignments made. Fields must exist; the values are checked by the config's schema later.
 * @throws InputError on an assignment without `=` or to a field that is not there, with the closest names
 */
export function withOverrides<T extends object>(config: T, assignments: readonly string[]): T {
  const copy = structuredClone(config) as Tree;
  for (const assignment of assignments) {
    const [, path, value] = /^([^=]+)=([\s\S]*)$/.exec(assignment) ?? [];
    if (path === undefined) throw new InputError(`--set ${assignment}: expected FIELD=VALUE, as in --set training.epochs=3`);
    const keys = path.trim().split('.');
    const last = keys.pop()!;
    let tree: Tree = copy;
    const walked: string[] = [];
    for (const key of keys) {
      const inner = tree[key];
      if (!isTree(inner)) throw unknownField(path, key, walked, tree, config);
      walked.push(key);
      tree = inner;
    }
    if (!Object.hasOwn(tree, last)) throw unknownField(path, last, walked, tree, config);
    const parsed = parseValue(value);
    const present = tree[last];
    if (isTree(present) && !isTree(parsed)) {
      throw new InputError(`--set ${path}=${value}: ${path} is a group of fields; set one of ${Object.keys(present).map((key) => `${path}.${key}`).join(', ')}`);
    }
    tree[last] = parsed;
  }
  return copy as T;
}

/** The field of an `a.b=c` assignment. */
export const fieldOf = (assignment: string): string => assignment.split('=', 1)[0].trim();

/** Whether a config has what an assignment says: rows that have no such field, or one of their own, do not. A group that was assigned in part has its defaults too. */
export function follows(config: object, assignment: string): boolean {
  const field = fieldOf(assignment);
  const wanted = parseValue(assignment.slice(assignment.indexOf('=') + 1));
  const present = field.split('.').reduce<unknown>((tree, key) => (isTree(tree) ? tree[key] : undefined), config);
  return holds(present, wanted);
}

function holds(present: unknown, wanted: unknown): boolean {
  if (isTree(wanted)) return isTree(present) && Object.entries(wanted).every(([key, value]) => holds(present[key], value));
  return canonicalJson(present ?? null) === canonicalJson(wanted ?? null);
}

/** What an experiment asks for itself, and the assignments that are its runs'. */
export interface OwnSettings<T> {
  config: T;
  rest: string[];
}

/**
 * Parts the assignments of a request: those to an experiment's own `group` of fields, which `schema` checks, and those to the configuration of its runs.
 * @throws InputError on a field that is not there or a value that cannot be
 */
export function ownSettings<S extends z.ZodType<object>>(group: string, schema: S, defaults: z.input<S>, set: readonly string[]): OwnSettings<z.output<S>> {
  const own = set.filter((assignment) => fieldOf(assignment).split('.', 1)[0] === group);
  const parsed = z.strictObject({ [group]: schema }).safeParse(withOverrides({ [group]: schema.parse(defaults) }, own));
  if (!parsed.success) throw new InputError(parsed.error.issues.map(({ path, message }) => `--set ${path.join('.')}: ${message}`).join('; '));
  return { config: parsed.data[group] as z.output<S>, rest: set.filter((assignment) => !own.includes(assignment)) };
}

function unknownField(path: string, key: string, walked: string[], tree: Tree, config: object): InputError {
  const known = Object.keys(tree);
  // A field given without its group (`epochs` for `training.epochs`) is found by its last name.
  const elsewhere = fieldPaths(config as Tree).filter((field) => field.split('.').pop() === path.split('.').pop());
  const hint = didYouMean(key, known) || (elsewhere.length ? ` (did you mean ${elsewhere.join(' or ')}?)` : '');
  const where = walked.length ? `${walked.join('.')} has` : 'the top level has';
  return new InputError(`--set ${path}: there is no field ${[...walked, key].join('.')}${hint}; ${where} ${known.join(', ')}`);
}
