/** The best score so far and how long ago it was; kept in checkpoints as it is. */
export interface BestScore {
  score: number;
  epoch: number;
}

/** Whether `score` is a new best. A tie keeps the earlier epoch: less training for the same score. */
export function improves(best: BestScore | null, score: number): boolean {
  return best === null || score > best.score;
}

/**
 * Whether to stop after `epoch`: no improvement in `patience` epochs. A null patience never stops early, and a score of
 * 0 is no standstill: span models predict nothing at all in their first epochs.
 */
export function outOfPatience(best: BestScore | null, epoch: number, patience: number | null): boolean {
  return best !== null && best.score > 0 && patience !== null && epoch - best.epoch >= patience;
}
