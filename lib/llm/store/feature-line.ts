import { z } from 'zod';
import { codePointLength, codePoints, InputError, sha256 } from '../../common';
import { type AskReport, newAskReport } from '../ask';
import type { LlmFeatures } from '../features';
import type { Span } from '../occurrences';
import { causes } from '../parsers/result';
import { partsOfSpeech } from '../prompts/parts-of-speech';

const place = z.int().nonnegative();
const spans = z.array(z.tuple([place, place]));
const counts = z.record(z.string(), z.partialRecord(z.enum(causes), z.int().positive()));

/** What a document's questions took. Whether replies came from the cache is left out: a run that was interrupted writes the same line. */
const Asked = z.strictObject({
  requests: place,
  reasked: place,
  tokens: z.strictObject({ prompt: place, completion: place }),
  uncounted: place,
  rejected: counts,
  leftOut: counts,
});
export type Asked = z.infer<typeof Asked>;

/** One line of a features file: what `LlmFeatures` holds, with a hash for the text. Spans are code points [start, end). */
const FeatureLine = z.strictObject({
  /** SHA-256 of the text. */
  text: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of a text'),
  enhanced: z.string().nullable(),
  keywords: z.array(z.strictObject({ text: z.string().min(1), description: z.string(), pos: z.enum(partsOfSpeech).nullable(), original: spans.min(1), enhanced: spans })),
  relations: z.array(z.strictObject({ first: place, second: place, text: z.string() })),
  asked: Asked,
});
export type FeatureLine = z.infer<typeof FeatureLine>;

export function writeFeatureLine({ text, enhanced, keywords, relations }: LlmFeatures, { requests, reasked, tokens, uncounted, rejected, leftOut }: AskReport): string {
  const pair = ({ start, end }: Span): [number, number] => [start, end];
  const line: FeatureLine = {
    text: sha256(text),
    enhanced,
    keywords: keywords.map((keyword) => ({ ...keyword, original: keyword.original.map(pair), enhanced: keyword.enhanced.map(pair) })),
    relations,
    asked: { requests, reasked, tokens, uncounted, rejected, leftOut },
  };
  return `${JSON.stringify(line)}\n`;
}

/**
 * A line, with all checked that can be without the text.
 * @param where file and line
 * @throws InputError naming it, the field, what it must be and what to do
 */
export function readFeatureLine(line: string, where: string): FeatureLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw wrong(where, `is no JSON: ${line.slice(0, 60)}`);
  }
  const parsed = FeatureLine.safeParse(value);
  if (!parsed.success) throw wrong(where, parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the line'}: ${message}`).join('; '));
  const { enhanced, keywords, relations } = parsed.data;
  keywords.forEach(({ text, original, enhanced: inEnhanced }, i) => {
    const name = `keyword ${i + 1}, "${text}"`;
    if (enhanced === null && inEnhanced.length > 0) throw wrong(where, `${name} has spans in an enhanced text that is not there`);
    if (enhanced !== null) checkSpans(inEnhanced, codePoints(enhanced), text, `${where}: ${name}, enhanced text`);
    if (enhanced !== null && inEnhanced.length !== original.length) throw wrong(where, `${name} stands at ${original.length} places in the text, at ${inEnhanced.length} in the enhanced text`);
  });
  for (const { first, second } of relations) {
    if (first === second || !keywords[first] || !keywords[second]) throw wrong(where, `a relation of keywords ${first} and ${second}, of ${keywords.length} (from 0)`);
  }
  return parsed.data;
}

/**
 * The features of the text that a line is of.
 * @throws InputError where its spans are not the text's
 */
export function restoreFeatures({ enhanced, keywords, relations }: FeatureLine, text: string, where: string): LlmFeatures {
  const characters = codePoints(text);
  const span = ([start, end]: [number, number]): Span => ({ start, end });
  return {
    text,
    enhanced,
    keywords: keywords.map((keyword, i) => {
      checkSpans(keyword.original, characters, keyword.text, `${where}: keyword ${i + 1}, "${keyword.text}", text`);
      return { ...keyword, original: keyword.original.map(span), enhanced: keyword.enhanced.map(span) };
    }),
    relations,
  };
}

/** What a line tells of its questions, as a report without what only a process knows. */
export function reportOf({ asked }: FeatureLine): AskReport {
  return { ...newAskReport(), ...asked };
}

function checkSpans(list: readonly [number, number][], characters: readonly string[], keyword: string, where: string): void {
  const length = codePointLength(keyword);
  let after = -1;
  for (const [start, end] of list) {
    if (end > characters.length) throw wrong(where, `the span [${start}, ${end}) of ${characters.length} characters`);
    const found = characters.slice(start, end).join('');
    if (end - start !== length || found !== keyword) throw wrong(where, `"${found}" at [${start}, ${end})`);
    if (start <= after) throw wrong(where, `the span [${start}, ${end}) comes after one at ${after}`);
    after = start;
  }
}

const wrong = (where: string, found: string): InputError =>
  new InputError(`${where}: ${found}; the line is not as it was written. Remove it, and \`medner llm extract\` makes it again, from the replies that are kept`);
