export interface LinearSchedule {
  /** Updates over which the factor rises from 0 to 1. */
  warmupSteps: number;
  /** Updates in all; the factor would reach 0 one update later, so that no update is wasted on a zero rate. */
  totalSteps: number;
}

/** Linear warm-up, then linear decay (Devlin et al. 2019): the factor of the learning rate at update `step`, from 1. */
export function linearSchedule({ warmupSteps, totalSteps }: LinearSchedule): (step: number) => number {
  return (step) => {
    if (step <= warmupSteps) return step / warmupSteps;
    return Math.max(0, (totalSteps + 1 - step) / (totalSteps + 1 - warmupSteps));
  };
}
