import { canonicalJson, InputError, Random, sha256 } from '../common';
import { documentsHash, loadCorpus, scoredSplit, splitDocuments, type Document, type SplitName, type SplitScheme } from '../corpus';
import type { CorpusConfig } from './config';

/** One part of a run's data, as a run record names it. */
export interface SplitRecord {
  /** Which published part it comes from. */
  source: SplitName;
  documents: number;
  entities: number;
  /** SHA-256 of the document ids, in order. */
  ids: string;
  /** SHA-256 of ids, texts and entities. */
  content: string;
}

export type Part = 'train' | 'tuning' | 'scored';

export interface RunData {
  corpus: string;
  types: string[];
  /** How the corpus was split. */
  scheme: SplitScheme;
  /** `train` is trained on, `tuning` chooses the epoch, `scored` is what the tables report. */
  parts: Record<Part, Document[]>;
  records: Record<Part, SplitRecord>;
  notes: string[];
}

/**
 * The documents of a run. Scores are on the test split where it is labelled, else on dev; the best epoch is chosen on
 * what is left: the dev split, or a share of train set apart at random, so that nothing that is scored chooses anything.
 */
export async function loadRunData(config: CorpusConfig): Promise<RunData> {
  const corpus = await loadCorpus(config.id, { split: config.split ?? undefined, seed: config.splitSeed });
  const notes = [...corpus.notes];
  const { train, dev } = corpus.splits;
  if (!train) throw new InputError(`${corpus.id}: there is no training split`);
  const scoredName = scoredSplit(corpus);
  const scored = corpus.splits[scoredName]!;

  let kept = train;
  let tuning = dev;
  let tuningSource: SplitName = 'dev';
  if (!tuning || scoredName === 'dev') {
    // A tenth, documents of equal text together, by the same means as a random 8:1:1 split.
    const carved = splitDocuments(train, '8:1:1', config.splitSeed);
    tuning = carved.dev;
    tuningSource = 'train';
    const apart = new Set(tuning.map(({ id }) => id));
    kept = train.filter(({ id }) => !apart.has(id));
    notes.push(`the epoch is chosen on ${tuning.length} documents set apart from train, since ${scoredName} is scored`);
  }
  const parts: Record<Part, Document[]> = {
    train: subset(kept, config.trainDocuments, config.splitSeed, 'train'),
    tuning: subset(tuning, config.tuningDocuments, config.splitSeed, 'tuning'),
    scored: subset(scored, config.scoredDocuments, config.splitSeed, 'scored'),
  };
  for (const [part, all] of [['train', kept], ['tuning', tuning], ['scored', scored]] as const) {
    if (parts[part].length < all.length) notes.push(`${part}: ${parts[part].length} of ${all.length} documents, chosen at random`);
  }
  return {
    corpus: corpus.id,
    types: corpus.types,
    scheme: corpus.scheme,
    parts,
    records: {
      train: record(parts.train, 'train'),
      tuning: record(parts.tuning, tuningSource),
      scored: record(parts.scored, scoredName),
    },
    notes,
  };
}

/** `count` documents at random, in their order; all for null. A larger subset holds the smaller ones of its seed. */
function subset(documents: Document[], count: number | null, seed: number, part: Part): Document[] {
  if (count === null || count >= documents.length) return documents;
  const order = Random.from(seed, `subset/${part}`).shuffled(documents.map((_, index) => index));
  return order.slice(0, count).sort((a, b) => a - b).map((index) => documents[index]);
}

function record(documents: Document[], source: SplitName): SplitRecord {
  return {
    source,
    documents: documents.length,
    entities: documents.reduce((sum, { entities }) => sum + entities.length, 0),
    ids: documentsHash(documents),
    content: sha256(canonicalJson(documents)),
  };
}
