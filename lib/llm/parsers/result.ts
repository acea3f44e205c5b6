/** Why an answer, or a part of one, is not taken. */
export const causes = [
  /** Nothing in the asked format. */
  'unreadable',
  'missing-field',
  /** T': the same text as T. */
  'unchanged',
  /** T': a keyword occurs less often than in T, more often, or in another order. */
  'dropped-entity',
  'added-entity',
  'moved-entity',
  'altered-number',
  'too-long',
  /** A keyword or entity that the text does not hold, or not as often as it is listed. */
  'not-in-text',
  /** Of a part of speech, relation or judgement: of a keyword or pair that was not asked about. */
  'unknown-keyword',
  /** A keyword related to itself. */
  'same-keyword',
  /** A pair that can be read in two ways. */
  'ambiguous-pair',
  'unknown-part-of-speech',
  'unknown-type',
  'unknown-judgement',
  'bad-confidence',
  /** Asked about and not answered. */
  'unanswered',
  /** The server's content filter let no answer through. */
  'withheld',
  /** The validation turn (paper A, section 4.10) says no. */
  'failed-validation',
] as const;
export type Cause = (typeof causes)[number];

export interface Reject {
  cause: Cause;
  /** In Chinese, since it is shown to the model that is asked again. */
  detail: string;
  /** What it is about (a keyword, a pair), where that can be told. */
  subject?: string;
}

export type Parsed<T> = { value: T } | { reject: Reject };

export function reject(cause: Cause, detail: string, subject?: string): { reject: Reject } {
  return { reject: subject === undefined ? { cause, detail } : { cause, detail, subject } };
}

export function valuesOf<T>(parsed: readonly Parsed<T>[]): T[] {
  return parsed.flatMap((item) => ('value' in item ? [item.value] : []));
}

export function rejectsOf(parsed: readonly Parsed<unknown>[]): Reject[] {
  return parsed.flatMap((item) => ('reject' in item ? [item.reject] : []));
}
