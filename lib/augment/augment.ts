import { InputError, Random } from '../common';
import type { Document } from '../corpus/types';
import { Balance, distribution } from './balance';
import { AugmentConfig, type AugmentOptions } from './config';
import { augmentEasily, type OperationReport } from './easy';
import { offlineLexicon, type InstanceSource } from './instances';
import { Intake } from './intake';
import { Joining } from './joining';
import type { TypedLexicon } from './lexicon';
import { Material, type Operation } from './operation';
import { superviseRemotely } from './remote';
import type { AugmentReport } from './report';
import { ScoredDocuments } from './scored';
import { SentenceSwap } from './sentence-swap';
import { Substitution } from './substitution';
import { synonymIndex, type SynonymSet } from './synonyms';
import type { Verifier } from './verifier';

/** What augmentation draws on besides the training split. All of it may be left out. */
export interface AugmentResources {
  /** Documents that are scored or choose the epoch. Only the guard against leakage reads them: their texts and mentions are kept out. */
  scored?: readonly Document[];
  lexicons?: readonly TypedLexicon[];
  synonyms?: readonly SynonymSet[];
  /** Passages of unlabelled text. */
  unlabelled?: readonly string[];
  /** Names further instances; default: the embedded lexicon. */
  instances?: InstanceSource;
  /** Verifies matches; default: training statistics. */
  verifier?: Verifier;
  /** Entity types in the order of tables; default: those of the training split, sorted. */
  types?: readonly string[];
  onProgress?: (phase: string, share: number) => void;
}

export interface Augmented {
  /** The training documents, then the new ones. */
  documents: Document[];
  report: AugmentReport;
}

/**
 * Paper B's data augmentation (section 3.1): easy data augmentation, then remote supervision, each drawn greedily towards the target mix of type ×
 * length class. Equal arguments give equal documents; the verifier and instance source must do so too.
 * @throws InputError on a wrong config, on a training split without entities or with products of an augmentation, and on leakage
 */
export async function augment(train: readonly Document[], options: AugmentOptions, resources: AugmentResources, seed: number | string): Promise<Augmented> {
  const began = performance.now();
  const config = checkAugmentConfig(options);
  refuseProducts(train);
  const { lexicons = [], synonyms = [], unlabelled = [], onProgress } = resources;
  const scored = new ScoredDocuments(resources.scored ?? []);
  const kept = train.filter(({ text }) => !scored.heldBy(text));
  scored.learn(kept, [...lexicons.flatMap(({ terms }) => terms.map(({ term }) => term)), ...synonyms.flat()]);
  const types = typesOf(kept, resources.types);
  const balance = new Balance(types, kept, config.target);
  const before = { counts: distribution(kept, types), distance: balance.distance(), rareTypes: balance.rareTypes() };
  const intake = new Intake(kept, scored);
  const material = new Material(kept);
  const amount = (share: number): number => Math.round(share * kept.length);

  const operations: Operation[] = [
    new Substitution(material, synonymIndex(synonyms), config.substitution),
    new Joining(material, config.joining),
    new SentenceSwap(material, config.sentences),
  ];
  let made: Document[] = [];
  const easy = {} as Record<Operation['name'], OperationReport>;
  for (const operation of operations) {
    const random = Random.from(seed, `augment/${operation.name}`);
    const wanted = amount(config[operation.name].documents);
    const { documents, report } = augmentEasily(operation, wanted, { train: kept, balance, intake, candidates: config.target.candidates, copies: config.copies, random });
    made = made.concat(documents);
    easy[operation.name] = report;
    onProgress?.(operation.name, 1);
  }
  const afterEasy = balance.distance();

  const instances = resources.instances ?? offlineLexicon();
  const remote = await superviseRemotely({ lexicons, unlabelled, instances, verifier: resources.verifier ?? null }, {
    train: kept, types, pool: material.pool, balance, intake, scored, config, rareTypes: before.rareTypes,
    wanted: amount(config.remote.documents), random: Random.from(seed, 'augment/remote'),
    onProgress: (share) => onProgress?.('remote', share),
  });
  made = made.concat(remote.documents);
  scored.refuseLeaks(made, remote.dictionary.terms.map(({ text }) => text));

  const documents = [...kept, ...made];
  return {
    documents,
    report: {
      config,
      seed,
      train: { documents: kept.length, entities: kept.reduce((sum, { entities }) => sum + entities.length, 0), removed: train.length - kept.length },
      easy,
      remote: remote.report,
      sources: {
        lexicons: lexicons.map(({ name, terms, leftOut }) => ({ name, terms: terms.length, leftOut })),
        synonymSets: synonyms.length,
        instances: instances.name,
        verifier: remote.verifier,
      },
      guarded: { documents: scored.documents.length, mentions: scored.ownMentions },
      before: before.counts,
      after: distribution(documents, types),
      target: balance.targetShares(),
      distance: { before: before.distance, easy: afterEasy, after: balance.distance() },
      seconds: (performance.now() - began) / 1000,
    },
  };
}

/**
 * A config with its defaults, checked, and with the rules that bind several fields.
 * @throws InputError naming each wrong field
 */
export function checkAugmentConfig(value: unknown): AugmentConfig {
  const parsed = AugmentConfig.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'augmentation'}: ${message}`);
    throw new InputError(`the augmentation's configuration is wrong: ${problems.join('; ')}`);
  }
  const { remote } = parsed.data;
  if (remote.refuted >= remote.threshold) throw new InputError(`augmentation, remote.refuted (${remote.refuted}) must be under remote.threshold (${remote.threshold})`);
  if (remote.shortestSentence > remote.longestSentence) {
    throw new InputError(`augmentation, remote.shortestSentence (${remote.shortestSentence}) must not be over remote.longestSentence (${remote.longestSentence})`);
  }
  return parsed.data;
}

function typesOf(train: readonly Document[], given: readonly string[] | undefined): readonly string[] {
  const found = [...new Set(train.flatMap(({ entities }) => entities.map(({ type }) => type)))].sort();
  const unknown = found.find((type) => given && !given.includes(type));
  if (unknown !== undefined) throw new InputError(`the training split has entities of the type ${unknown}, which is none of those given: ${given!.join(', ')}`);
  return given ?? found;
}

/** What augmentation calls its documents: see `augmentEasily` and `superviseRemotely`. */
const productId = /^(substitution|joining|sentences)-\d+:|^remote-\d+$/;

function refuseProducts(train: readonly Document[]): void {
  const product = train.find(({ id }) => productId.test(id));
  if (product) throw new InputError(`the training split has a document called ${product.id}, as augmentation calls its own: it is augmented already; give it the documents from before`);
}
