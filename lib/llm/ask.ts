import { rejectsOf, valuesOf, type Cause, type Parsed, type Reject } from './parsers/result';
import { correctionMessage } from './prompts/prompt';
import { Withheld } from './server';
import { paperSampling, type ChatMessage, type ChatModel, type Sampling } from './types';

/** What was asked of a model and what of its answers was not taken, by the name of the prompt. */
export interface AskReport {
  /** Requests sent, those answered by the cache, and those that asked once more after a reject. */
  requests: number;
  cached: number;
  reasked: number;
  tokens: { prompt: number; completion: number };
  /** Replies whose tokens the server did not tell. */
  uncounted: number;
  /** Rejects of first and second answers. */
  rejected: Record<string, Partial<Record<Cause, number>>>;
  /** What is still rejected after the second answer, and so left out. */
  leftOut: Record<string, Partial<Record<Cause, number>>>;
}

export function newAskReport(): AskReport {
  return { requests: 0, cached: 0, reasked: 0, tokens: { prompt: 0, completion: 0 }, uncounted: 0, rejected: {}, leftOut: {} };
}

export interface AskOptions {
  model: ChatModel;
  report: AskReport;
  sampling?: Sampling;
  signal?: AbortSignal;
  /** The first answer is the only one: what it has rejected is left out. */
  once?: boolean;
}

export interface Question<T> {
  /** The prompt's name, under which rejects are counted. */
  name: string;
  messages: readonly ChatMessage[];
  parse(reply: string): Parsed<T>[];
  /** What a value is about, as `Reject.subject` names it; of two values about one thing the later answer's stands. */
  subjectOf(value: T): string;
}

/**
 * Asks, and where anything is rejected asks once more with the reasons. Values of both answers are taken; what the second answer still has
 * rejected, and no value covers, is left out and counted. So is what a content filter withholds.
 */
export async function ask<T>({ name, messages, parse, subjectOf }: Question<T>, { model, report, sampling = paperSampling, signal, once = false }: AskOptions): Promise<T[]> {
  const send = async (all: readonly ChatMessage[]): Promise<string> => {
    const { text, usage, cached } = await model.chat({ messages: all, ...sampling }, signal);
    report.requests++;
    if (cached) report.cached++;
    if (!usage) report.uncounted++;
    report.tokens.prompt += usage?.prompt ?? 0;
    report.tokens.completion += usage?.completion ?? 0;
    return text;
  };
  const withheld = (error: unknown): null => {
    if (!(error instanceof Withheld)) throw error;
    leaveOut(report, name, 'withheld');
    return null;
  };
  const reply = await send(messages).catch(withheld);
  if (reply === null) return [];
  const first = parse(reply);
  const reasons = rejectsOf(first);
  count(report.rejected, name, reasons);
  if (once) count(report.leftOut, name, reasons);
  if (once || reasons.length === 0) return valuesOf(first);
  report.reasked++;
  const mended = await send([...messages, { role: 'assistant', content: reply }, correctionMessage([...new Set(reasons.map(({ detail }) => detail))])]).catch(withheld);
  const second = mended === null ? [] : parse(mended);
  const left = rejectsOf(second);
  count(report.rejected, name, left);
  const values = new Map([...valuesOf(first), ...valuesOf(second)].map((value) => [subjectOf(value), value]));
  // A second answer that is not there or cannot be read corrects nothing: what the first one got wrong stays out.
  const unreadable = mended === null || left.length > 0 && left.length === second.length && left.every(({ cause }) => cause === 'unreadable');
  count(report.leftOut, name, (unreadable ? reasons : left).filter(({ subject }) => subject === undefined || !values.has(subject)));
  return [...values.values()];
}

function count(counts: AskReport['rejected'], name: string, rejects: readonly Reject[]): void {
  for (const { cause } of rejects) {
    const own = (counts[name] ??= {});
    own[cause] = (own[cause] ?? 0) + 1;
  }
}

/** Counts something left out for a reason that is not an answer's form. */
export function leaveOut(report: AskReport, name: string, cause: Cause): void {
  count(report.leftOut, name, [{ cause, detail: '' }]);
}
