import { existsSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, fileState, InputError, sha256 } from '../../common';
import { newAskReport } from '../ask';
import { extractFeatures, type LlmFeatures } from '../features';
import { theOfflineLexicon, offlineProvider } from '../offline';
import { readFeatureFile, lineName, type ReadLine } from './feature-file';
import { readFeatureLine, restoreFeatures, writeFeatureLine, type FeatureLine } from './feature-line';
import { featureRecord, readFeatureFileRecord, type FeatureFileRecord, type FeatureRecord } from './feature-record';
import { promptTexts } from './identity';
import { featureFile, featureFolder } from './places';
import { madeByRule } from './providers';
import { totalsOf, type FeatureTotals } from './totals';

export interface FeatureSource {
  /** A corpus's name, or a file or folder: as it was given to `medner llm extract`. */
  corpus: string;
  /** `offline-lexicon` or `offline-lexicon+validated`, made here; or the name or path of an extracted file. */
  provider: string;
}

export interface LoadedFeatures {
  /** In the order of the texts. */
  features: LlmFeatures[];
  record: FeatureRecord;
  /** Of the distinct texts. */
  totals: FeatureTotals;
}

/**
 * The features of texts. Equal texts share theirs.
 * @throws InputError when the file lacks some, with their number, the first, and the command that makes them; or where a line is not as it was written
 */
export async function loadFeatures(texts: readonly string[], { corpus, provider }: FeatureSource): Promise<LoadedFeatures> {
  return madeByRule.has(provider) ? offlineFeatures(texts, provider) : storedFeatures(texts, corpus, provider);
}

/** How many of the distinct texts a provider has features of. */
export function featureCoverage(texts: readonly string[], { corpus, provider }: FeatureSource): { texts: number; covered: number } {
  const distinct = new Set(texts);
  if (madeByRule.has(provider)) return { texts: distinct.size, covered: distinct.size };
  const { lines } = readStored(thereFor(corpus, provider));
  return { texts: distinct.size, covered: [...distinct].filter((text) => lines.has(sha256(text))).length };
}

/** Those of the texts, each once, of which a provider has no features. */
export function textsWithoutFeatures(texts: readonly string[], { corpus, provider }: FeatureSource): string[] {
  if (madeByRule.has(provider)) return [];
  const file = featureFile(corpus, provider);
  const lines = existsSync(file) ? readStored(file).lines : new Map<string, ReadLine>();
  return [...new Set(texts)].filter((text) => !lines.has(sha256(text)));
}

function loaded(features: LlmFeatures[], lines: readonly FeatureLine[], { provider, identity, price, questions }: Pick<FeatureFileRecord, 'provider' | 'identity' | 'price' | 'questions'>): LoadedFeatures {
  return { features, record: featureRecord(provider, identity, price, lines, questions), totals: totalsOf(lines) };
}

/** Features made by rule in this process, by provider and text. */
const made = new Map<string, { features: LlmFeatures; line: FeatureLine }>();

async function offlineFeatures(texts: readonly string[], provider: string): Promise<LoadedFeatures> {
  const { identity } = madeByRule.get(provider)!;
  const nameOf = (text: string): string => `${provider}\n${text}`;
  for (const text of texts) {
    if (made.has(nameOf(text))) continue;
    const report = newAskReport();
    const features = await extractFeatures(text, theOfflineLexicon(), { report, validate: identity.validated });
    made.set(nameOf(text), { features, line: readFeatureLine(writeFeatureLine(features, report), `${provider}'s own answer`) });
  }
  const all = texts.map((text) => made.get(nameOf(text))!);
  return loaded(all.map(({ features }) => features), [...new Set(all)].map(({ line }) => line), { provider, identity, price: null, questions: promptTexts(identity) });
}

/** Files of this process, as long as they stay as they are: the runs of a comparison share one. */
const read = new Map<string, { state: string; lines: Map<string, ReadLine>; record: FeatureFileRecord }>();

function readStored(file: string): { lines: Map<string, ReadLine>; record: FeatureFileRecord } {
  const state = fileState(file);
  const known = read.get(file);
  if (known?.state === state) return known;
  const stored = { state, lines: readFeatureFile(file), record: readFeatureFileRecord(file) };
  read.set(file, stored);
  return stored;
}

function storedFeatures(texts: readonly string[], corpus: string, provider: string): LoadedFeatures {
  const file = thereFor(corpus, provider);
  const { lines, record } = readStored(file);
  const found = new Map<string, ReadLine>();
  const missing = new Set<string>();
  for (const text of new Set(texts)) {
    const line = lines.get(sha256(text));
    if (line) found.set(text, line);
    else missing.add(text);
  }
  if (missing.size > 0) {
    const [first] = missing;
    throw new InputError(
      `${displayPath(file)} has no features of ${missing.size} of the ${found.size + missing.size} texts asked for, the first «${Array.from(first).slice(0, 40).join('')}…»; ` +
        `make them with: ${record.command}`,
    );
  }
  const restored = new Map([...found].map(([text, { line, number }]) => [text, restoreFeatures(line, text, lineName(file, number))]));
  return loaded(texts.map((text) => restored.get(text)!), [...found.values()].map(({ line }) => line), record);
}

function thereFor(corpus: string, provider: string): string {
  const file = featureFile(corpus, provider);
  if (!existsSync(file)) throw notThere(file, corpus, provider);
  return file;
}

function notThere(file: string, corpus: string, provider: string): InputError {
  const folder = featureFolder(corpus);
  const others = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')).map((name) => path.basename(name, '.jsonl')) : [];
  const [model, ...kinds] = path.basename(file, '.jsonl').split('+');
  const flags = [...(kinds.includes('retrieval') ? ['--retrieve 8'] : []), ...(kinds.includes('validated') ? ['--validate'] : [])];
  return new InputError(
    `${displayPath(file)}: there are no features of ${provider} for ${corpus}; make them with: ${['npx medner llm extract', corpus, '--model', model, ...flags].join(' ')}. ` +
      `Without them: ${[...others, offlineProvider].join(', ')}`,
  );
}
