import type { Document } from '../corpus/types';
import { outermost } from '../text';
import { score, type Score } from './score';

/**
 * Micro figures against the outermost gold entities alone (`flat-gold`), beside `score`'s against all (`strict`). One tag a token holds no
 * entity inside another: against all gold entities such a model's recall is bounded by what nests, here it is not. Predictions are
 * taken as they are: a nested one is wrong.
 */
export function flatGoldScore(gold: readonly Document[], predicted: readonly Document[]): Score {
  return score(gold.map((document) => ({ ...document, entities: outermost(document.entities) })), predicted).micro;
}
