import { modelComparison, type Figure } from '../figures';
import type { MeasuredRow } from './comparison';
import type { ExperimentRequest } from './experiment';
import { otherDataset } from './paper';

/** F1 of a comparison's rows, the paper's beside: as of its own data set where that is another than the corpus. */
export function comparisonFigure(title: string, rows: readonly Pick<MeasuredRow, 'label' | 'f1' | 'paper'>[], { corpus, profile }: Pick<ExperimentRequest, 'corpus' | 'profile'>): Figure {
  return modelComparison(
    rows.map(({ label, f1: { mean, deviation, values }, paper }) => ({
      model: label, corpus, mean, deviation, seeds: values.length, paper: paper?.f1 ?? undefined, paperCorpus: otherDataset(corpus),
    })),
    `${title}: ${corpus}, ${profile}`,
  );
}
