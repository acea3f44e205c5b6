import { didYouMean, InputError } from '../common';
import { aAblation } from './a-ablation';
import { aComparison } from './a-comparison';
import { aLlmChoice } from './a-llm-choice';
import { aLlmDirect } from './a-llm-direct';
import { aTraditional } from './a-traditional';
import { aValidation } from './a-validation';
import { bAblation } from './b-ablation';
import { bAugmentation } from './b-augmentation';
import { bComparison } from './b-comparison';
import { bEncoders } from './b-encoders';
import { bGeneralisation } from './b-generalisation';
import { bKMask } from './b-k-mask';
import { bSignificance } from './b-significance';
import { bTiming } from './b-timing';
import { encoderStarts } from './encoder-starts';
import type { Experiment, ExperimentRequest } from './experiment';
import { lengthStatistics } from './length-statistics';
import { paperAudit } from './paper-audit';

/**
 * Paper A's experiments: in profile quick one seed, unless seeds are asked for. A run of LLM-MedNER takes four times BERT's, and there are many of them; two
 * seeds would take the quick profile from minutes to an hour.
 */
function quickWithOneSeed(experiment: Experiment): Experiment {
  const seeded = (request: ExperimentRequest): ExperimentRequest => ({ ...request, seeds: request.seeds ?? (request.profile === 'quick' ? [0] : null) });
  return { ...experiment, runs: (request) => experiment.runs(seeded(request)), run: (request) => experiment.run(seeded(request)) };
}

/** All experiments, in the order that `experiment all` runs them. */
export const experiments: readonly Experiment[] = [
  lengthStatistics, bComparison, bSignificance, bAblation, bEncoders, bAugmentation, bKMask, bTiming, bGeneralisation,
  ...[aComparison, aAblation, aLlmChoice, aLlmDirect, aTraditional, aValidation].map(quickWithOneSeed),
  encoderStarts, paperAudit,
];

export function experiment(name: string): Experiment {
  const found = experiments.find((candidate) => candidate.name === name);
  if (found) return found;
  const names = experiments.map((candidate) => candidate.name);
  throw new InputError(`there is no experiment ${name}${didYouMean(name, names)}; there are ${names.join(', ')}, and all`);
}
