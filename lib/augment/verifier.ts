import type { Entity } from '../corpus/types';

/** A dictionary match in its sentence, to be judged: is code points [start, end) of `text` an entity of this type here? */
export interface Candidate extends Entity {
  text: string;
  term: string;
}

export interface Verdict {
  /** Of the candidate, or of the correction where there is one: a probability. */
  confidence: number;
  /** Probability that the candidate's span is an entity of any type, where the verifier tells it apart; else `confidence` stands for it. */
  entity?: number;
  /** What stands there instead: another type, or another span of the same text. */
  correction?: Entity;
}

/** Contextual verification (paper B, section 3.1.3): ERNIE Bot's part, played by training statistics here or by a model. */
export interface Verifier {
  readonly name: string;
  /** A verdict for each candidate, in their order. Candidates of one sentence come one after another. */
  verify(candidates: readonly Candidate[]): Promise<Verdict[]>;
}
