import { slicer } from '../corpus/offsets';
import { lengthClass, type Document } from '../corpus/types';
import { eachOutcome } from './outcomes';
import { emptyScore, matchDocuments, rateScore, type Score } from './score';

export interface Breakdown {
  /**
   * Entities whose characters are a mention of the training documents, of whatever type, and the rest (Augenstein et al. 2017). A false one is judged by
   * its own characters.
   */
  seen: Score;
  unseen: Score;
  /** By `type/length class/nested or flat`: `dis/long/nested`. Cells without an entity are left out. */
  cells: Record<string, Score>;
}

/** Strict scores by what training has shown of an entity, and by type × length class × nesting; the rules are those of `score`. */
export function scoreBreakdown(gold: readonly Document[], predicted: readonly Document[], trainingMentions: ReadonlySet<string>): Breakdown {
  const answers = matchDocuments(gold, predicted);
  const [seen, unseen] = [emptyScore(), emptyScore()];
  const cells: Record<string, Score> = {};
  for (const document of gold) {
    const slice = slicer(document.text);
    eachOutcome(document.entities, answers.get(document.id)?.entities ?? [], (outcome, entity, inside) => {
      const cell = `${entity.type}/${lengthClass(entity)}/${inside ? 'nested' : 'flat'}`;
      for (const row of [trainingMentions.has(slice(entity.start, entity.end)) ? seen : unseen, (cells[cell] ??= emptyScore())]) row[outcome]++;
    });
  }
  for (const row of [seen, unseen, ...Object.values(cells)]) rateScore(row);
  return { seen, unseen, cells: Object.fromEntries(Object.entries(cells).sort(([a], [b]) => (a < b ? -1 : 1))) };
}
