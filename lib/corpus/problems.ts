import { InputError } from '../common';

export const severities = ['error', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

/** What can be wrong with a corpus, and how much it matters. An error stops loading; the others are reported. */
export const problemKinds = {
  unreadable: 'error',
  malformed: 'error',
  'text-mismatch': 'error',
  'out-of-range': 'error',
  inverted: 'error',
  'unknown-type': 'error',
  'duplicate-id': 'error',
  'missing-id': 'warning',
  'edge-space': 'warning',
  'duplicate-entity': 'warning',
  'two-types': 'warning',
  crossing: 'warning',
  'empty-document': 'warning',
  'duplicate-document': 'warning',
  'shared-document': 'warning',
  'odd-character': 'warning',
  'unseen-type': 'warning',
  'shared-mentions': 'info',
} as const satisfies Record<string, Severity>;

export type ProblemKind = keyof typeof problemKinds;

/** One finding. `record` is a place in the file: `line 3` or `record 12`. */
export interface Problem {
  severity: Severity;
  kind: ProblemKind;
  file: string;
  record: string;
  message: string;
}

export function problem(kind: ProblemKind, file: string, record: string, message: string): Problem {
  return { severity: problemKinds[kind], kind, file, record, message };
}

export function describeProblem({ file, record, message }: Problem): string {
  return `${file}${record ? `, ${record}` : ''}: ${message}`;
}

/** Stops at the first error, saying how many more there are. */
export function refuseErrors(problems: Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  const others = errors.length === 1 ? '' : ` (${errors.length - 1} more; \`medner data validate\` lists them all)`;
  throw new InputError(describeProblem(errors[0]) + others);
}
