import type { SplitScheme } from '../corpus';
import type { Paper } from '../models';
import type { Experiment, ExperimentRequest } from './experiment';

/**
 * How the papers split a corpus where it is not as published. Paper A, section 4.1: its three corpora 8:1:1. Paper B, section 4.1: CCKS2020 70:15:15; of
 * CMeEE-V2, and of CCKS2017 and CCKS2019 in section 5.1, it does not say.
 */
const splits: Record<Paper, ReadonlyMap<string, SplitScheme>> = {
  'llm-medner': new Map([['cmeee-v2', '8:1:1'], ['ccks2019', '8:1:1'], ['ccks2020', '8:1:1']]),
  'da-rw-egp': new Map([['ccks2020', '70:15:15']]),
};

/** A paper's split of a corpus; null for the corpus's own, which the embedded one always has. */
export const paperSplit = (paper: Paper | undefined, corpus: string): SplitScheme | null => (paper && splits[paper].get(corpus)) ?? null;

/** An experiment of a paper: its runs have that paper's split and, at profile `paper`, its settings, whichever paper their rows' models are of. */
export function paperExperiment(experiment: Experiment & { paper: Paper }): Experiment {
  const told = (request: ExperimentRequest): ExperimentRequest => ({ ...request, paper: experiment.paper });
  return { ...experiment, runs: (request) => experiment.runs(told(request)), run: (request) => experiment.run(told(request)) };
}
