import type { RunRecord } from './record';

/** A footnote on what models with channels have otherwise than their paper prints or than their schema says, where rows of a table have it. */
export function channelNotes(rows: readonly { runs: readonly RunRecord[] }[]): string[] {
  const channels = rows.flatMap(({ runs: [run] }) => run?.config.model.channels ?? []);
  const dropouts = [...new Set(channels.map(({ dropout }) => dropout))].filter((dropout) => dropout !== paperDropout);
  const said = [
    ...(dropouts.length ? [`a dropout of ${dropouts.join(', ')} (paper A: ${paperDropout})`] : []),
    ...(channels.some(({ itemGradient }) => !itemGradient) ? ["no gradients through the keywords' features (paper A leaves it open)"] : []),
  ];
  return said.length ? [`Models with channels train with ${said.join(' and ')}.`] : [];
}

/** Section 4.3. */
const paperDropout = 0.3;
