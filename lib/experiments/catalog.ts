import { InputError } from '../common';
import { bComparison } from './b-comparison';
import { bEncoders } from './b-encoders';
import { bGeneralisation } from './b-generalisation';
import { bKMask } from './b-k-mask';
import { bTiming } from './b-timing';
import { encoderStarts } from './encoder-starts';
import type { Experiment } from './experiment';
import { lengthStatistics } from './length-statistics';
import { didYouMean } from './overrides';

/** All experiments, in the order that `experiment all` runs them. */
export const experiments: readonly Experiment[] = [lengthStatistics, bComparison, bEncoders, bKMask, bGeneralisation, bTiming, encoderStarts];

export function experiment(name: string): Experiment {
  const found = experiments.find((candidate) => candidate.name === name);
  if (found) return found;
  const names = experiments.map((candidate) => candidate.name);
  throw new InputError(`there is no experiment ${name}${didYouMean(name, names)}; there are ${names.join(', ')}, and all`);
}
