import type { Random } from '../../common';

/** A batch of an epoch: which windows, and to how many tokens each is padded. */
export interface EpochBatch {
  indices: number[];
  length: number;
}

/** Tokens of a batch, padding counted. */
export const tokensOf = ({ indices, length }: EpochBatch): number => indices.length * length;

/** Batches of like length, of which some are measured. */
export interface Stratum {
  /** How many there are in the epoch, and their tokens. */
  batches: number;
  tokens: number;
  /** Those drawn, without replacement. */
  drawn: EpochBatch[];
}

/**
 * Draws `count` of an epoch's batches, or all where there are no more: batches sorted by padded length are cut
 * into `count / 2` strata of about equal tokens, and two are drawn from each, so that an error can be told. What a stratum cannot
 * give is drawn from those whose draws stand for the most tokens.
 */
export function drawBatches(epoch: readonly EpochBatch[], count: number, random: Random): Stratum[] {
  if (!(count >= 2)) throw new Error(`a sample of ${count} batches: at least 2 are needed`);
  const cuts = Math.floor(count / 2);
  const total = sum(epoch.map(tokensOf));
  const members: EpochBatch[][] = Array.from({ length: cuts }, () => []);
  let before = 0;
  for (const batch of [...epoch].sort((a, b) => a.length - b.length || tokensOf(a) - tokensOf(b))) {
    members[Math.floor((cuts * (before + tokensOf(batch) / 2)) / total)].push(batch);
    before += tokensOf(batch);
  }
  const strata = members.filter((all) => all.length > 0).map((all) => ({ order: random.shuffled(all), tokens: sum(all.map(tokensOf)), take: Math.min(2, all.length) }));
  const wanted = Math.min(count, epoch.length);
  while (sum(strata.map(({ take }) => take)) < wanted) {
    const open = strata.filter(({ order, take }) => take < order.length);
    open.reduce((best, stratum) => (stratum.tokens / stratum.take > best.tokens / best.take ? stratum : best)).take++;
  }
  return strata.map(({ order, tokens, take }) => ({ batches: order.length, tokens, drawn: order.slice(0, take) }));
}

export interface Estimate {
  total: number;
  /** Standard error from having drawn some of the batches only; null where a stratum of several had one drawn. */
  samplingError: number | null;
}

/**
 * An epoch's total of `cost` from the batches that were drawn: each stratum's number of batches times the mean of those drawn, moved along the
 * line of cost against tokens to the stratum's own mean of tokens (the combined regression estimator, Cochran 1977, section 7.10).
 * It is exact where all batches were drawn, and where cost is a constant a batch and one a token.
 */
export function estimate(strata: readonly Stratum[], cost: (batch: EpochBatch) => number): Estimate {
  const groups = strata.map(({ batches, tokens, drawn }) => ({ batches, meanTokens: tokens / batches, points: drawn.map((batch) => ({ x: tokensOf(batch), y: cost(batch) })) }));
  const slope = slopeOf(groups.flatMap(({ batches, points }) => points.map((point) => ({ ...point, weight: batches / points.length }))));
  let total = 0;
  let variance: number | null = 0;
  for (const { batches, meanTokens, points } of groups) {
    const drawn = points.length;
    const [x, y] = [sum(points.map((point) => point.x)) / drawn, sum(points.map((point) => point.y)) / drawn];
    total += batches * (y + slope * (meanTokens - x));
    if (drawn === batches || variance === null) continue;
    const squares = sum(points.map((point) => (point.y - y - slope * (point.x - x)) ** 2));
    variance = drawn > 1 ? variance + (batches * (batches - drawn) * squares) / (drawn - 1) / drawn : null; // N² (1 − n/N) s² / n
  }
  return { total, samplingError: variance === null ? null : Math.sqrt(variance) };
}

/** Of the weighted least-squares line; 0 where all x are equal, as tokens are when all batches are full and padded alike. */
function slopeOf(points: readonly { x: number; y: number; weight: number }[]): number {
  const weights = sum(points.map(({ weight }) => weight));
  const [x, y] = (['x', 'y'] as const).map((axis) => sum(points.map((point) => point.weight * point[axis])) / weights);
  const squares = sum(points.map((point) => point.weight * (point.x - x) ** 2));
  return squares > 0 ? sum(points.map((point) => point.weight * (point.x - x) * (point.y - y))) / squares : 0;
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
