import { codePointLength, InputError } from '../common';
import { embeddedLexicon } from '../corpus/sample/lexicon';
import { lengthClass, type LengthClass } from '../corpus/types';
import type { AugmentConfig } from './config';
import type { Dictionary } from './dictionary';
import type { MentionPool } from './mentions';
import { remedy, type ScoredDocuments } from './scored';

/** Names further instances of an entity type: paper B asks ERNIE Bot; a lexicon or a chat model answers here. */
export interface InstanceSource {
  readonly name: string;
  /** Its terms were written down before and apart from the corpus, as a lexicon's: the guard against leakage lets them pass. */
  readonly fixed?: boolean;
  /** Up to `count` terms of the type, new ones if it can; none where it knows none. `examples` are training mentions, long ones first. */
  generate(type: string, examples: readonly string[], count: number): Promise<string[]>;
}

/**
 * The embedded corpus's lexicon, without the terms held out from its training part. It knows the types of the embedded corpus and of CMeEE, and
 * answers long terms first.
 */
export function offlineLexicon(): InstanceSource {
  const terms = embeddedLexicon();
  const rank: Record<LengthClass, number> = { long: 0, medium: 1, short: 2 };
  const rankOf = (term: string): number => rank[lengthClass({ start: 0, end: codePointLength(term) })];
  return {
    name: 'offline-lexicon',
    fixed: true,
    async generate(type, examples, count) {
      const known = new Set(examples);
      return terms
        .filter((entry) => entry.type === type && !known.has(entry.term))
        .map(({ term }) => term)
        .sort((a, b) => rankOf(a) - rankOf(b))
        .slice(0, count);
    },
  };
}

export interface InstanceReport {
  type: string;
  asked: number;
  given: number;
  /** Terms, or types of terms, that the dictionary did not have. */
  added: number;
  /** Not a term: empty, of several lines, or of more than `longestTerm` characters. */
  unusable: number;
  /** Left out because only scored documents have them. */
  scored: number;
}

const longestTerm = 60;

/** Asks for instances of each of the types that lack entities, and adds them to the dictionary. */
export async function addInstances(
  dictionary: Dictionary,
  source: InstanceSource,
  { rareTypes, pool, scored, config }: { rareTypes: readonly string[]; pool: MentionPool; scored: ScoredDocuments; config: AugmentConfig },
): Promise<InstanceReport[]> {
  const { instances: asked, examples } = config.remote;
  const reports: InstanceReport[] = [];
  for (const type of asked > 0 ? rareTypes : []) {
    const given = [...new Set((await source.generate(type, pool.examples(type, examples), asked)).map((term) => term.trim()))];
    const report: InstanceReport = { type, asked, given: given.length, added: 0, unusable: 0, scored: 0 };
    for (const term of given) {
      if (term === '' || /[\r\n\t]/.test(term) || codePointLength(term) > longestTerm) {
        report.unusable++;
        continue;
      }
      if (source.fixed) scored.allow(term);
      const owner = scored.owner(term);
      if (owner && config.scoredMentions === 'stop') {
        throw new InputError(
          `leakage: the instance source ${source.name} gave "${term}" (${type}), which the scored document ${owner.id} marks ` +
            `and neither the training split nor a lexicon knows; ${remedy}`,
        );
      }
      if (owner) report.scored++;
      else if (dictionary.add(term, type, 'instance')) report.added++;
    }
    reports.push(report);
  }
  return reports;
}
