import { ScoredDocuments } from '../augment/scored';
import { examplesFrom, fewShotEntitiesPrompt, offlineProvider, paperSampling, promptId } from '../llm';
import { comparisonFigure } from './comparison-figure';
import { loadRunData } from './data';
import type { ExperimentOutput, ExperimentRequest } from './experiment';
import { askModels } from './few-shot/ask-models';
import { fewShotConfig } from './few-shot/config';
import { ownModel } from './few-shot/finished-runs';
import { printedFigures, tunedRows } from './few-shot/printed';
import type { DirectRow } from './few-shot/rows';
import { directTables, type Setting } from './few-shot/tables';
import { seedsOf } from './comparison';
import { paperExperiment } from './paper-experiment';
import { resolveConfig } from './profiles';
import { compactRecord, namedRun } from './record';

export const aLlmDirect = paperExperiment({
  name: 'a-llm-direct',
  title: 'Paper A, Table 8',
  paper: 'llm-medner',
  description:
    'Entities by asking a chat model, a few training documents as examples before each question, beside LLM-MedNER. Paper A: the models asked reach F1 81 to 83 on CCKS and 23 to 47 on ' +
    'CMeEE-V2, LLM-MedNER 94, 96 and 79. Asks only whom --set fewShot.models names, within fewShot.ceiling; trains nothing.',
  // A model that is asked counts as a run, and so does the dictionary.
  runs: ({ corpus, set }) => 1 + fewShotConfig(corpus, set).config.models.filter((name) => name !== offlineProvider).length,
  run: compareModels,
});

async function compareModels(request: ExperimentRequest): Promise<ExperimentOutput> {
  const { corpus, set, hooks, signal } = request;
  const { config, rest } = fewShotConfig(corpus, set);
  const data = await loadRunData(scoredPart(request, rest, config.documents));
  const { train, tuning, scored } = data.parts;
  const others = new ScoredDocuments([...tuning, ...scored]);
  const free = train.filter(({ text }) => !others.heldBy(text));
  const examplesFor = examplesFrom(free, { selection: config.selection, count: config.examples, seed: config.seed });
  const { floor, fewShot, further } = await askModels({ config, data, examplesFor, hooks, signal });
  const quoted = tunedRows.map((printed): DirectRow => ({ label: printed.row, printed, status: 'not run: quoted' }));
  const rows = [floor, ...fewShot, ...further, ...quoted, await ownModel(request, rest, scored)];
  // Of examples that are the same before each text, any text's are all.
  const examples = config.selection === 'covering' ? examplesFor('') : null;
  const setting: Setting = { request, config, data, examples, heldBack: train.length - free.length };
  return {
    tables: directTables(rows, setting),
    data: {
      seeds: seedsOf(request),
      prompt: promptId(fewShotEntitiesPrompt),
      sampling: paperSampling,
      examples: { count: config.examples, selection: config.selection, seed: config.seed, ids: examples?.map(({ id }) => id) ?? null },
      scored: data.records.scored,
      rows: rows.map(({ runs, printed, ...row }) => ({
        ...row,
        paper: printed ? printedFigures(printed, corpus) : null,
        runs: runs?.map(namedRun) ?? [],
      })),
    },
    figure: comparisonFigure(
      'Paper A, Table 8',
      rows.flatMap(({ label, printed, measured }) => (measured ? [{ label, f1: measured.f1, paper: printed ? printedFigures(printed, corpus) : null }] : [])),
      request,
    ),
    records: rows.flatMap(({ runs = [] }) => runs.map(compactRecord)),
  };
}

/** The corpus as LLM-MedNER's runs have it, with no more scored documents than are asked about: a part of those that it was scored on. */
function scoredPart({ corpus, profile, paper, ...request }: ExperimentRequest, set: readonly string[], documents: number | null): Parameters<typeof loadRunData>[0] {
  const [seed] = seedsOf({ corpus, profile, ...request });
  // Whether the profile's weights are there does not matter to it.
  const { corpus: own } = resolveConfig({ variant: 'llm-medner', corpus, profile, seed, set: [...set, 'model.encoder.weights=null'], paper });
  const most = Math.min(own.scoredDocuments ?? Infinity, documents ?? Infinity);
  return { ...own, scoredDocuments: Number.isFinite(most) ? most : null };
}
