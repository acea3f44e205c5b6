import type { InstanceSource } from '../augment/instances';
import type { Candidate, Verdict, Verifier } from '../augment/verifier';
import { codePoints } from '../common';
import { ask, newAskReport, type AskReport } from './ask';
import { inOrder } from './in-order';
import { occurrencesOf } from './occurrences';
import { parseGeneratedEntities, parseVerification } from './parsers/entities';
import { entityGenerationPrompt } from './prompts/entity-generation';
import { entityVerificationPrompt } from './prompts/entity-verification';
import { typeName } from './type-names';
import type { ChatModel } from './types';

/** Terms asked for at a time: some ten tokens each, of the 1,024 of an answer. */
const atOnce = 50;

/** Instances of an entity type from a chat model (paper B, section 3.1.3: ERNIE Bot's part). What it names may be anything, so the guard against leakage looks at all of it. */
export class ChatInstances implements InstanceSource {
  readonly name: string;

  constructor(private readonly model: ChatModel, readonly report: AskReport = newAskReport(), private readonly signal?: AbortSignal) {
    this.name = model.name;
  }

  /** Asks again, with the terms so far among the examples, until there are `count` or an answer brings nothing new. */
  async generate(type: string, examples: readonly string[], count: number): Promise<string[]> {
    const known = new Set(examples);
    const terms = new Set<string>();
    while (terms.size < count) {
      const wanted = Math.min(atOnce, count - terms.size);
      const given = await ask({
        name: entityGenerationPrompt.name,
        messages: entityGenerationPrompt.build({ typeName: typeName(type).name, examples: [...examples, ...terms], count: wanted }),
        parse: parseGeneratedEntities,
        subjectOf: (term) => term,
      }, { model: this.model, report: this.report, signal: this.signal });
      const fresh = given.filter((term) => !known.has(term) && !terms.has(term)).slice(0, wanted);
      if (fresh.length === 0) break;
      for (const term of fresh) terms.add(term);
    }
    return [...terms];
  }
}

/**
 * Neither sure of the candidate nor of there being no entity: its sentence is then left out, since it could be annotated wrongly either way.
 */
const undecided: Verdict = { confidence: 0, entity: 1 };

/** Dictionary matches judged in their context by a chat model (paper B, section 3.1.3: ERNIE Bot's part), one question each. */
export class ChatVerifier implements Verifier {
  readonly name: string;

  /** @param types the corpus's: a correction is of one of them */
  constructor(private readonly model: ChatModel, private readonly types: readonly string[], readonly report: AskReport = newAskReport(), private readonly signal?: AbortSignal) {
    this.name = model.name;
  }

  async verify(candidates: readonly Candidate[]): Promise<Verdict[]> {
    const verdicts: Verdict[] = [];
    await inOrder(candidates, this.model.concurrency ?? 1, (candidate) => this.judge(candidate), (verdict) => verdicts.push(verdict));
    return verdicts;
  }

  /** What no second answer mends is undecided. A match inside a Latin word (the PT of PTH) is none, and no question is asked about it. */
  private async judge(candidate: Candidate): Promise<Verdict> {
    const { text, term, type, start } = candidate;
    const occurrence = occurrencesOf(codePoints(text), term).findIndex((span) => span.start === start);
    if (occurrence < 0) return { confidence: 0 };
    const types = this.types.map(typeName);
    const [verdict] = await ask({
      name: entityVerificationPrompt.name,
      messages: entityVerificationPrompt.build({ text, term, occurrence: occurrence + 1, typeName: typeName(type).name, types }),
      parse: (reply) => [parseVerification(reply, text, candidate, types)],
      subjectOf: () => '',
    }, { model: this.model, report: this.report, signal: this.signal });
    return verdict ?? undecided;
  }
}
