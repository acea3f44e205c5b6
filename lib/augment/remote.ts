import { codePointLength, type Random } from '../common';
import { slicer } from '../corpus/offsets';
import { lengthClass, type Document } from '../corpus/types';
import { annotate, noCounts, type AnnotationCounts } from './annotate';
import type { Balance } from './balance';
import type { AugmentConfig } from './config';
import { Dictionary, origins, type Origin } from './dictionary';
import { addInstances, type InstanceReport, type InstanceSource } from './instances';
import type { Intake } from './intake';
import type { TypedLexicon } from './lexicon';
import type { MentionPool } from './mentions';
import type { Cause } from './operation';
import { PairShares } from './pair-shares';
import type { Passage } from './passage';
import type { ScoredDocuments } from './scored';
import { sentences } from './sentence';
import { TrainingVerifier, trainingStatistics } from './training-verifier';
import type { Verifier } from './verifier';

/** What remote supervision did, in the order of paper B's Fig. 3. */
export interface RemoteReport {
  /** Distinct mention texts of the training split that are long enough to look for. */
  trainMentions: number;
  /** Terms of the dictionary by where they came from. */
  terms: Record<Origin, number>;
  /** Terms of several types. */
  ambiguous: number;
  instances: InstanceReport[];
  passages: {
    read: number;
    /** Left out: they hold a scored text. */
    scored: number;
  };
  sentences: {
    /** Of the passages kept, before any is left out. */
    found: number;
    /** Left out: a scored document has them. */
    scored: number;
    /** Shorter or longer than asked. */
    length: number;
    repeated: number;
    /** Not drawn, where `sentences` sets a most. */
    notDrawn: number;
  };
  annotation: AnnotationCounts;
  /** New documents asked for, and made of the sentences kept. */
  wanted: number;
  made: number;
  entities: number;
  rejects: Partial<Record<Cause, number>>;
  /** Seconds of the verifier's training and of annotation. */
  seconds: { verifier: number; annotation: number };
}

export interface RemoteSources {
  lexicons: readonly TypedLexicon[];
  unlabelled: readonly string[];
  instances: InstanceSource;
  /** null: training statistics. */
  verifier: Verifier | null;
}

export interface RemoteRequest {
  train: readonly Document[];
  types: readonly string[];
  pool: MentionPool;
  balance: Balance;
  intake: Intake;
  scored: ScoredDocuments;
  config: AugmentConfig;
  /** Types to ask instances of. */
  rareTypes: readonly string[];
  wanted: number;
  random: Random;
  onProgress?: (share: number) => void;
}

/** Remote supervision: dictionary, instances, matching, verification, and the choice among the sentences annotated. */
export async function superviseRemotely(
  sources: RemoteSources,
  request: RemoteRequest,
): Promise<{ documents: Document[]; dictionary: Dictionary; verifier: string; report: RemoteReport }> {
  const { train, types, scored, config, random, wanted } = request;
  const dictionary = Dictionary.of(train, config.remote.shortestTerm);
  const trainMentions = dictionary.terms.length;
  for (const { terms } of sources.lexicons) for (const { term, type } of terms) dictionary.add(term, type, 'lexicon');
  // With nothing to annotate no source is asked and nothing is learnt: a chat model's answers cost money.
  const idle = wanted === 0 || sources.unlabelled.length === 0;
  const instances = idle ? [] : await addInstances(dictionary, sources.instances, request);
  const { texts, passages, counts } = unlabelledSentences(idle ? [] : sources.unlabelled, scored, config, random);

  const began = performance.now();
  const verifier = sources.verifier ?? (texts.length > 0 ? new TrainingVerifier(train, dictionary, config.remote) : null);
  const trained = performance.now();
  const { kept, counts: annotation } = verifier
    ? await annotate(texts, { dictionary, verifier, pairs: new PairShares(train), types, config: config.remote, scored }, request.onProgress)
    : { kept: [], counts: noCounts() };
  const annotated = performance.now();
  const { documents, rejects } = choose(kept, request);
  return {
    documents,
    dictionary,
    verifier: verifier?.name ?? trainingStatistics,
    report: {
      trainMentions,
      terms: Object.fromEntries(origins.map((origin) => [origin, dictionary.terms.filter((term) => term.origin === origin).length])) as Record<Origin, number>,
      ambiguous: dictionary.terms.filter(({ types }) => types.length > 1).length,
      instances,
      passages,
      sentences: counts,
      annotation,
      wanted,
      made: documents.length,
      entities: documents.reduce((sum, { entities }) => sum + entities.length, 0),
      rejects,
      seconds: { verifier: (trained - began) / 1000, annotation: (annotated - trained) / 1000 },
    },
  };
}

function unlabelledSentences(
  unlabelled: readonly string[],
  scored: ScoredDocuments,
  { remote }: AugmentConfig,
  random: Random,
): { texts: string[]; passages: RemoteReport['passages']; counts: RemoteReport['sentences'] } {
  const passages = { read: unlabelled.length, scored: 0 };
  const counts = { found: 0, scored: 0, length: 0, repeated: 0, notDrawn: 0 };
  const texts = new Set<string>();
  for (const text of unlabelled) {
    if (scored.heldBy(text)) {
      passages.scored++;
      continue;
    }
    const slice = slicer(text);
    for (const { start, close } of sentences({ text, entities: [] })) {
      const sentence = slice(start, close).trim();
      const length = codePointLength(sentence);
      counts.found++;
      if (length < remote.shortestSentence || length > remote.longestSentence) counts.length++;
      else if (texts.has(sentence)) counts.repeated++;
      else if (scored.withSentence(sentence) || scored.heldBy(sentence)) counts.scored++;
      else texts.add(sentence);
    }
  }
  if (remote.sentences === null || texts.size <= remote.sentences) return { texts: [...texts], passages, counts };
  counts.notDrawn = texts.size - remote.sentences;
  return { texts: random.shuffled([...texts]).slice(0, remote.sentences), passages, counts };
}

/** Greedily towards the target: of a few sentences drawn among those with the cell that lacks most, the one that leaves the mix nearest to it. */
function choose(kept: readonly Passage[], { balance, intake, config, random, wanted }: RemoteRequest): { documents: Document[]; rejects: RemoteReport['rejects'] } {
  const documents: Document[] = [];
  const rejects: RemoteReport['rejects'] = {};
  const cells = new Map<string, number[]>();
  kept.forEach(({ entities }, i) => {
    for (const key of new Set(entities.map((entity) => `${entity.type} ${lengthClass(entity)}`))) {
      const list = cells.get(key);
      if (list) list.push(i);
      else cells.set(key, [i]);
    }
  });
  const gone = new Set<number>();
  /** A sentence of the list that may be taken; the others met on the way leave the list. */
  const draw = (list: number[]): number | undefined => {
    while (list.length > 0) {
      const place = random.below(list.length);
      const i = list[place];
      const cause = gone.has(i) ? undefined : intake.refusal(kept[i]);
      if (!gone.has(i) && cause === undefined) return i;
      if (cause !== undefined) rejects[cause] = (rejects[cause] ?? 0) + 1;
      gone.add(i);
      list[place] = list[list.length - 1];
      list.pop();
    }
    return undefined;
  };
  while (documents.length < wanted) {
    let best: { sentence: number; distance: number } | undefined;
    for (const { type, length } of balance.wanted()) {
      const list = cells.get(`${type} ${length}`) ?? [];
      for (let drawn = 0; drawn < config.target.candidates; drawn++) {
        const sentence = draw(list);
        if (sentence === undefined) break;
        const distance = balance.distance(kept[sentence].entities);
        if (!best || distance < best.distance) best = { sentence, distance };
      }
      if (best) break;
    }
    if (!best) break;
    const passage = kept[best.sentence];
    gone.add(best.sentence);
    intake.take(passage);
    balance.add(passage.entities);
    documents.push({ id: `remote-${documents.length + 1}`, ...passage });
  }
  return { documents, rejects };
}
