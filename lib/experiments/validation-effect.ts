import type { LlmFeatures, RelationFeature } from '../llm';

/** What a validation turn took from the features of some texts. */
export interface ValidationEffect {
  /** Distinct texts compared, and those of them with anything taken away. */
  texts: number;
  changed: number;
  /** Texts whose features with validation are no part of those without: the model answered otherwise the second time. None of them counts below. */
  otherwise: number;
  enhanced: Taken;
  keywords: Taken;
  relations: Taken & {
    /** Of those taken: one of its keywords was. */
    withKeyword: number;
  };
}

export interface Taken {
  before: number;
  taken: number;
}

/** Compares what was told of the same texts without and with validation, which only ever leaves out. */
export function validationEffect(plain: readonly LlmFeatures[], validated: readonly LlmFeatures[]): ValidationEffect {
  const effect: ValidationEffect = {
    texts: 0, changed: 0, otherwise: 0, enhanced: { before: 0, taken: 0 }, keywords: { before: 0, taken: 0 }, relations: { before: 0, taken: 0, withKeyword: 0 },
  };
  const after = new Map(validated.map((features) => [features.text, features]));
  for (const before of new Map(plain.map((features) => [features.text, features])).values()) {
    effect.texts++;
    const lost = lostFrom(before, after.get(before.text)!);
    if (!lost) {
      effect.otherwise++;
      continue;
    }
    if (lost.enhanced || lost.keywords.size > 0 || lost.relations.length > 0) effect.changed++;
    effect.enhanced.before += before.enhanced === null ? 0 : 1;
    effect.enhanced.taken += lost.enhanced ? 1 : 0;
    effect.keywords.before += before.keywords.length;
    effect.keywords.taken += lost.keywords.size;
    effect.relations.before += before.relations.length;
    effect.relations.taken += lost.relations.length;
    effect.relations.withKeyword += lost.relations.filter(({ first, second }) => lost.keywords.has(before.keywords[first].text) || lost.keywords.has(before.keywords[second].text)).length;
  }
  return effect;
}

interface Lost {
  enhanced: boolean;
  /** By their texts, which differ. */
  keywords: Set<string>;
  relations: RelationFeature[];
}

/** Undefined where `after` holds anything that `before` does not. */
function lostFrom(before: LlmFeatures, after: LlmFeatures): Lost | undefined {
  if (after.enhanced !== null && after.enhanced !== before.enhanced) return undefined;
  const keywordName = ({ text, description, pos }: LlmFeatures['keywords'][number]): string => JSON.stringify([text, description, pos]);
  const relationName = ({ keywords }: LlmFeatures, { first, second, text }: RelationFeature): string => JSON.stringify([keywords[first].text, keywords[second].text, text]);
  const keywords = new Map(before.keywords.map((keyword) => [keywordName(keyword), keyword.text]));
  const relations = new Map(before.relations.map((relation) => [relationName(before, relation), relation]));
  for (const keyword of after.keywords) if (!keywords.delete(keywordName(keyword))) return undefined;
  for (const relation of after.relations) if (!relations.delete(relationName(after, relation))) return undefined;
  return { enhanced: before.enhanced !== null && after.enhanced === null, keywords: new Set(keywords.values()), relations: [...relations.values()] };
}
