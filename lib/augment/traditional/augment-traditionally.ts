import { InputError, Random } from '../../common';
import { lengthClasses, type Document } from '../../corpus/types';
import { Intake } from '../intake';
import { plainMention, type Mention } from '../mentions';
import { Material, type Cause } from '../operation';
import { ScoredDocuments } from '../scored';
import { TraditionalConfig, type TraditionalOptions } from './config';
import { traditionalMethod, type TraditionalResources } from './method';
import { addCounts, noCounts, type Counts, type Mentions } from './outcome';

/** What a traditional method did. */
export interface TraditionalReport {
  config: TraditionalConfig;
  seed: number | string;
  train: {
    documents: number;
    entities: number;
    /** Training documents taken out because they hold a scored document's text. */
    removed: number;
  };
  /** New documents asked for, and made. */
  wanted: number;
  made: number;
  /** Entities of the new documents. */
  entities: number;
  /** Documents that the method was tried on; those that gave none by cause. */
  tried: number;
  rejects: Partial<Record<Cause, number>>;
  /** What was changed in all documents tried. */
  changes: Counts;
  synonymSets: number;
  /** Mentions that only the scored documents know: what the guard looked for. */
  guarded: { documents: number; mentions: number };
  seconds: number;
}

export interface TraditionallyAugmented {
  /** The training documents, then the new ones. */
  documents: Document[];
  report: TraditionalReport;
}

/** Documents that a method gets at once: a translator works in batches. */
const batch = 64;

/**
 * New training documents by a traditional method, beside the originals (paper A, section 4.9, first group): of the single-channel model. The documents are
 * gone through in a random order, as often as the share asks for. A document's copy depends on itself, its turn, the training mentions and the seed alone.
 * @throws InputError on a wrong config, on back translation without a translator, and on leakage
 */
export async function augmentTraditionally(
  train: readonly Document[],
  options: TraditionalOptions,
  resources: TraditionalResources & { scored?: readonly Document[]; onProgress?: (share: number) => void },
  seed: number | string,
): Promise<TraditionallyAugmented> {
  const began = performance.now();
  const config = checkTraditionalConfig(options);
  const { synonyms = [], onProgress } = resources;
  const scored = new ScoredDocuments(resources.scored ?? []);
  const kept = train.filter(({ text }) => !scored.heldBy(text));
  scored.learn(kept, synonyms.flat());
  const intake = new Intake(kept, scored);
  const method = traditionalMethod(config, resources);
  const mentions = trainingMentions(kept);
  const wanted = Math.round(config.documents * kept.length);
  const order = Random.from(seed, `traditional/${config.method}`).shuffled(kept);
  const turns = Array.from({ length: Math.ceil(config.documents) }, (_, turn) => order.map((document) => ({ document, turn }))).flat();

  const made: Document[] = [];
  const rejects: TraditionalReport['rejects'] = {};
  const changes = noCounts();
  let tried = 0;
  for (let first = 0; first < turns.length && made.length < wanted;) {
    // Never more at once than are still wanted: what is tried is then what was needed.
    const part = turns.slice(first, first + Math.min(batch, wanted - made.length));
    first += part.length;
    const outcomes = await method(part.map(({ document, turn }) => (
      { passage: document, mentions, random: Random.from(seed, `traditional/${config.method}/${turn}/${document.id}`) })));
    for (const [i, { result, counts }] of outcomes.entries()) {
      tried++;
      addCounts(changes, counts);
      const cause = typeof result === 'string' ? result : intake.refusal(result);
      if (cause === undefined && typeof result !== 'string') {
        intake.take(result);
        made.push({ id: `${config.method}-${made.length + 1}:${part[i].document.id}`, text: result.text, entities: result.entities });
      } else rejects[cause!] = (rejects[cause!] ?? 0) + 1;
    }
    onProgress?.(first / turns.length);
  }
  scored.refuseLeaks(made, synonyms.flat());
  const ids = new Set(kept.map(({ id }) => id));
  const repeated = made.find(({ id }) => ids.has(id));
  if (repeated) throw new InputError(`the training split has a document called ${repeated.id}, which augmentation would call a new one; is it augmented already?`);

  const entitiesOf = (documents: readonly Document[]): number => documents.reduce((sum, { entities }) => sum + entities.length, 0);
  return {
    documents: [...kept, ...made],
    report: {
      config, seed,
      train: { documents: kept.length, entities: entitiesOf(kept), removed: train.length - kept.length },
      wanted, made: made.length, entities: entitiesOf(made), tried, rejects, changes,
      synonymSets: synonyms.length,
      guarded: { documents: scored.documents.length, mentions: scored.ownMentions },
      seconds: (performance.now() - began) / 1000,
    },
  };
}

/** @throws InputError naming each wrong field */
export function checkTraditionalConfig(value: unknown): TraditionalConfig {
  const parsed = TraditionalConfig.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'traditional'}: ${message}`);
  throw new InputError(`the configuration of traditional augmentation is wrong: ${problems.join('; ')}`);
}

/** The training split's mentions, as they are marked there. */
function trainingMentions(train: readonly Document[]): Mentions {
  const { pool } = new Material(train);
  const lists = new Map<string, readonly Mention[]>();
  const listOf = (types: string): readonly Mention[] => {
    const known = lists.get(types) ?? lengthClasses.flatMap((length) => pool.of(types, length));
    lists.set(types, known);
    return known;
  };
  return {
    other({ types, surface }, random) {
      const list = listOf(types);
      if (!list.some(({ passage }) => passage.text !== surface)) return undefined;
      // The text itself is one of the list; drawing again keeps all others equally likely.
      for (;;) {
        const { passage } = random.pick(list);
        if (passage.text !== surface) return passage;
      }
    },
    as: ({ types }, text) => (pool.get(types, text) ?? plainMention(types, text)).passage,
  };
}
