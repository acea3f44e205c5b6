import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { canonicalJson, displayPath, InputError, sha256, writeJson } from '../../common';
import { tokenCost } from '../model-entry';
import type { ChatMessage } from '../types';
import type { FeatureLine } from './feature-line';
import type { FeatureIdentity } from './identity';
import { recordFile } from './places';
import { promptHashes } from './prompt-file';
import { totalsOf, type FeatureTotals } from './totals';

const count = z.int().nonnegative();

const Identity = z.strictObject({
  model: z.strictObject({ model: z.string(), body: z.record(z.string(), z.json()) }),
  sampling: z.strictObject({ temperature: z.number(), topP: z.number(), maxTokens: count }),
  validated: z.boolean(),
  retrieval: z.strictObject({ version: count, entries: count, terms: count, lexicon: z.string() }).nullable(),
  prompts: z.array(z.string()),
  wording: z.string(),
}) satisfies z.ZodType<FeatureIdentity>;

const StoredRecord = z.strictObject({
  provider: z.string(),
  corpus: z.string(),
  identity: Identity,
  /** The command that makes the file, or goes on with it. */
  command: z.string(),
  /** Per million tokens, as llm.yaml had it. */
  price: z.strictObject({ prompt: z.number(), completion: z.number() }).nullable(),
  /** The questions, with `{…}` in the places of data. */
  questions: z.record(z.string(), z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))),
  /** Distinct texts of the corpus. */
  corpusTexts: count,
  /** Of all lines; null until the command has ended. For people: it is counted anew wherever it is needed. */
  totals: z.json().nullable(),
});

/** What lies beside a features file and tells how it was made. It holds no address and no key. */
export interface FeatureFileRecord {
  provider: string;
  corpus: string;
  identity: FeatureIdentity;
  command: string;
  price: { prompt: number; completion: number } | null;
  questions: Record<string, readonly ChatMessage[]>;
  corpusTexts: number;
  totals: (FeatureTotals & { cost: number | null }) | null;
}

/** What the record of a run tells of the features that it used. */
export interface FeatureRecord {
  provider: string;
  model: FeatureIdentity['model'];
  prompts: string[];
  /** SHA-256 of each prompt's text with `{…}` in the places of data, by its id: data/prompts.json has the texts. Records from before lack it. */
  questions?: Record<string, string>;
  sampling: FeatureIdentity['sampling'];
  validated: boolean;
  retrieval: FeatureIdentity['retrieval'];
  /** Distinct texts among those asked for. */
  documents: number;
  /** By prompt and cause: answers not taken, and what is missing for it after a second question. */
  rejected: FeatureTotals['rejected'];
  leftOut: FeatureTotals['leftOut'];
  /** Null where no server told them. */
  tokens: { prompt: number; completion: number } | null;
  /** Of these documents' replies at the price that llm.yaml had; null where it is not known. */
  cost: number | null;
  /** SHA-256 of the features of the distinct texts, whatever their order: what a run that uses them depends on. */
  content: string;
}

/** @throws InputError where the record is not there or not as it was written */
export function readFeatureFileRecord(file: string): FeatureFileRecord {
  const place = recordFile(file);
  let text: string;
  try {
    text = readFileSync(place, 'utf8');
  } catch (error) {
    throw new InputError(`${displayPath(place)}: cannot be read (${(error as NodeJS.ErrnoException).code}); it tells how ${displayPath(file)} was made, and belongs beside it: copy both`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${displayPath(place)}: is no JSON; restore it, or remove it and ${displayPath(file)} and extract anew: replies that are kept are not paid for again`);
  }
  const parsed = StoredRecord.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the record'}: ${message}`);
    throw new InputError(`${displayPath(place)}: ${problems.join('; ')}; remove it and ${displayPath(file)} and extract anew: replies that are kept are not paid for again`);
  }
  return parsed.data as FeatureFileRecord;
}

export function writeFeatureFileRecord(file: string, record: FeatureFileRecord): void {
  writeJson(recordFile(file), record);
}

/** Null where some replies were not counted, so that no part is taken for the whole. */
export function costOf({ tokens, uncounted }: Pick<FeatureTotals, 'tokens' | 'uncounted'>, price: FeatureFileRecord['price']): number | null {
  if (!price || uncounted > 0 || !tokens) return null;
  return tokenCost(tokens, price);
}

/**
 * @param lines of the distinct texts asked for
 * @param questions the prompts' texts, by id
 */
export function featureRecord(provider: string, identity: FeatureIdentity, price: FeatureFileRecord['price'], lines: readonly FeatureLine[], questions: FeatureFileRecord['questions']): FeatureRecord {
  const totals = totalsOf(lines);
  const { documents, rejected, leftOut, tokens } = totals;
  const { model, prompts, sampling, validated, retrieval } = identity;
  const content = lines.map(({ asked: _asked, ...features }) => canonicalJson(features)).sort().join('\n');
  return { provider, model, prompts, questions: promptHashes(questions), sampling, validated, retrieval, documents, rejected, leftOut, tokens, cost: costOf(totals, price), content: sha256(content) };
}
