import type { RunConfig } from './config';
import type { Experiment, ExperimentRequest } from './experiment';
import { resolveConfig } from './profiles';

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The fields of `config` that differ from `base`, as `a.b=c` assignments. */
export function assignments(config: object, base: object, prefix = ''): string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    const other = (base as Tree)[key];
    if (JSON.stringify(value) === JSON.stringify(other)) return [];
    if (isTree(value) && isTree(other)) return assignments(value, other, `${prefix}${key}.`);
    return [`${prefix}${key}=${typeof value === 'string' ? value : JSON.stringify(value ?? null)}`];
  });
}

/** A word for a POSIX shell. */
export const quoted = (word: string): string => (/^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** The command that makes a run of this config: its profile's defaults and what differs from them. */
export function trainCommand(config: RunConfig): string {
  const { variant, profile, seed, corpus } = config;
  const base = resolveConfig({ variant, profile, seed, corpus: corpus.id });
  const options = ['--data', corpus.id, '--profile', profile, '--seed', String(seed)];
  for (const assignment of assignments(config, base)) options.push('--set', assignment);
  return ['npx medner train', variant, ...options].map((word, i) => (i === 0 ? word : quoted(word))).join(' ');
}

/** The command that makes an experiment's tables again; one without a corpus needs nothing but its name. */
export function experimentCommand(
  { name, corpusFree }: Pick<Experiment, 'name' | 'corpusFree'>, { corpus, profile, seeds, set, name: named }: Pick<ExperimentRequest, 'corpus' | 'profile' | 'seeds' | 'set' | 'name'>,
): string {
  const options = ['--corpus', corpus, '--profile', profile];
  if (seeds) options.push('--seeds', seeds.join(','));
  for (const assignment of set) options.push('--set', assignment);
  if (named !== undefined) options.push('--name', named);
  return ['npx medner experiment', name, ...(corpusFree ? [] : options)].map((word, i) => (i === 0 ? word : quoted(word))).join(' ');
}
