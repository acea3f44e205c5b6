import { existsSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { checkWritable, displayPath, holderText, JobError, sha256 } from '../../common';
import type { Document } from '../../corpus/types';
import { newAskReport } from '../ask';
import { claim } from '../asking';
import { extractFeatures } from '../features';
import { inOrder } from '../in-order';
import { ofDocument } from '../of-document';
import type { Retriever } from '../retrieval';
import { paperSampling, type ChatModel, type Sampling } from '../types';
import { FeatureFile, lineName } from './feature-file';
import { restoreFeatures, writeFeatureLine } from './feature-line';
import { costOf, readFeatureFileRecord, writeFeatureFileRecord, type FeatureFileRecord } from './feature-record';
import { featureIdentity, promptTexts, refuseOtherIdentity } from './identity';
import { providerName, recordFile } from './places';
import { totalsOf, type FeatureTotals } from './totals';

export interface ExtractCorpusOptions {
  model: ChatModel;
  /** Per million tokens; null where nothing is paid. */
  price: FeatureFileRecord['price'];
  /** As the command was given it, for the record. */
  corpus: string;
  /** What `featureFile` names; other processes keep off it meanwhile. */
  file: string;
  /** The command that goes on with the file. */
  command: string;
  validate?: boolean;
  retriever?: Retriever;
  sampling?: Sampling;
  /** Ask about the first so many texts only. */
  limit?: number;
  signal?: AbortSignal;
  /** Told at the start and after each text. */
  onProgress?: (progress: ExtractionProgress) => void;
}

export interface ExtractionProgress {
  /** Texts that have their features, of those asked for. */
  done: number;
  all: number;
  /** Of these, made by this process. */
  made: number;
}

export interface ExtractionSummary {
  provider: string;
  file: string;
  record: string;
  documents: number;
  /** Distinct texts among them. */
  texts: number;
  /** Texts that had their features before, and those that this process made. */
  before: number;
  made: number;
  /** Texts that have none yet, where `limit` says so. */
  left: number;
  /** Lines of texts that the corpus does not have (any more); they stay. */
  foreign: number;
  prompts: string[];
  /** Of the whole file. */
  totals: FeatureTotals & { cost: number | null };
}

/**
 * The features of every document of a corpus, into a file of one line a distinct text. Lines are written in the corpus's order, each once its
 * features are complete, so that a process that is killed anywhere leaves the beginning of the file that it would have written, and the next one
 * goes on there; replies that came meanwhile are in the model's cache. However often it was interrupted, the file ends with the same bytes.
 * @throws InputError where the file's features were made otherwise
 * @throws CostCeilingReached, JobError, Interrupted as the model does; what is written stays
 */
export async function extractCorpus(documents: readonly Document[], options: ExtractCorpusOptions): Promise<ExtractionSummary> {
  const { file } = options;
  checkWritable(file);
  const name = `.${path.basename(file)}.writing`;
  const claimed = claim(path.dirname(file), name);
  if (!('release' in claimed)) {
    throw new JobError(`${displayPath(file)} is being written by ${holderText(claimed, displayPath(path.join(path.dirname(file), name)))}; wait for that one, or name another file with --out`);
  }
  try {
    return await extract(documents, options);
  } finally {
    claimed.release();
  }
}

async function extract(documents: readonly Document[], options: ExtractCorpusOptions): Promise<ExtractionSummary> {
  const { model, corpus, command, file, validate = false, retriever, sampling = paperSampling, limit = Infinity, signal, onProgress, price } = options;
  const texts = new Map<string, Document>();
  for (const document of documents) {
    const hash = sha256(document.text);
    if (!texts.has(hash)) texts.set(hash, document);
  }
  const hashes = [...texts.keys()];
  const asking = { model: model.identity ?? { model: model.name, body: {} }, sampling, validated: validate, retrieval: retriever?.identity ?? null };
  const identity = featureIdentity(asking);
  const provider = providerName({ model: model.name, retrieval: retriever !== undefined, validated: validate });
  const record: FeatureFileRecord = { provider, corpus, identity, command, price, questions: promptTexts(asking), corpusTexts: texts.size, totals: null };

  // The record comes first: lines without it could not be told apart from another identity's.
  if (existsSync(file) && statSync(file).size > 0) refuseOtherIdentity(readFeatureFileRecord(file).identity, identity, displayPath(file));
  else writeFeatureFileRecord(file, record);
  const store = new FeatureFile(file);
  const asked = hashes.slice(0, limit);
  const missing = asked.filter((hash) => !store.lines.has(hash));
  const before = asked.length - missing.length;
  let made = 0;
  const tell = (): void => onProgress?.({ done: before + made, all: asked.length, made });
  try {
    for (const hash of asked) {
      const known = store.lines.get(hash);
      if (known) restoreFeatures(known.line, texts.get(hash)!.text, lineName(file, known.number));
    }
    tell();
    await inOrder(
      missing,
      model.concurrency ?? 1,
      async (hash) => {
        const report = newAskReport();
        const { id, text } = texts.get(hash)!;
        const features = await extractFeatures(text, model, { validate, retrieve: retriever && ((about) => retriever.find(about)), sampling, signal, report }).catch((error: unknown) => {
          throw ofDocument(error, id);
        });
        return writeFeatureLine(features, report);
      },
      (line) => {
        store.append(line);
        made++;
        tell();
      },
    );
  } finally {
    store.close();
  }
  store.sort(hashes);
  const counted = totalsOf([...store.lines.values()].map(({ line }) => line));
  const totals = { ...counted, cost: costOf(counted, price) };
  writeFeatureFileRecord(file, { ...record, totals });
  return {
    provider,
    file: displayPath(file),
    record: displayPath(recordFile(file)),
    documents: documents.length,
    texts: texts.size,
    before,
    made,
    left: hashes.filter((hash) => !store.lines.has(hash)).length,
    foreign: [...store.lines.keys()].filter((hash) => !texts.has(hash)).length,
    prompts: identity.prompts,
    totals,
  };
}
