import { existsSync } from 'node:fs';
import { InputError } from '../../common';
import {
  Budget, defaultModelFile, defaultReplyCache, findEntities, modelNamed, offlineProvider, openModel, readModels, ReplyCache, typeName, type ExamplesFor, type OpenModelOptions,
} from '../../llm';
import type { RunData } from '../data';
import type { ExperimentHooks } from '../experiment';
import type { FewShotConfig } from './config';
import { fewShotRows, printedFor } from './printed';
import { answersFrom, measured, type DirectRow } from './rows';

export interface Asking {
  config: FewShotConfig;
  data: RunData;
  examplesFor: ExamplesFor;
  hooks?: ExperimentHooks;
  signal?: AbortSignal;
}

/** The lines of the dictionary, of the paper's few-shot models, and of further models that were asked. */
export interface AskedModels {
  floor: DirectRow;
  fewShot: DirectRow[];
  further: DirectRow[];
}

/**
 * Asks the models named, and reads the replies of those that were asked before. A paper's line whose model nobody was asked stands without figures of ours.
 * @throws InputError when a model named is not in the list, or offline lacks a reply
 * @throws CostCeilingReached, JobError, Interrupted as models do; what was answered is kept
 */
export async function askModels(asking: Asking): Promise<AskedModels> {
  const { config: { models, list, ceiling, offline, cache } } = asking;
  const named = models.filter((name) => name !== offlineProvider);
  const entries = list !== null || named.length > 0 || existsSync(defaultModelFile) ? readModels(list ?? undefined) : [];
  for (const name of named) modelNamed(entries, name, list ?? undefined);

  const floor = { ...(await answersOf(offlineProvider, {}, asking)), label: `dictionary matching (${offlineProvider}, no model)`, status: 'by rule' };
  const options: OpenModelOptions = { ...(list !== null && { models: list }), cache: new ReplyCache(cache ?? defaultReplyCache), budget: new Budget(ceiling) };
  const rows: DirectRow[] = [];
  for (const name of named) rows.push({ ...(await answersOf(name, { ...options, offline }, asking)), status: 'asked' });
  const unasked: DirectRow[] = [];
  for (const { name } of entries.filter((entry) => !named.includes(entry.name))) {
    const kept = await keptAnswers(name, options, asking);
    if (kept) rows.push(kept);
    else unasked.push({ label: name, status: `not run: ${name} not asked`, printed: printedOf(name, options) });
  }
  return {
    floor,
    fewShot: fewShotRows.flatMap((printed): DirectRow[] => {
      const own = rows.filter((row) => row.printed === printed);
      const waiting = unasked.find((row) => row.printed === printed);
      return own.length > 0 ? own : [{ label: printed.row, printed, status: waiting?.status ?? 'not run: no such model listed' }];
    }),
    further: rows.filter(({ printed }) => !printed),
  };
}

/** The line of a model that is not asked now: of the replies kept, where all are there. */
async function keptAnswers(name: string, options: OpenModelOptions, asking: Asking): Promise<DirectRow | undefined> {
  try {
    return { ...(await answersOf(name, { ...options, offline: true }, { ...asking, hooks: undefined })), status: 'asked' };
  } catch (error) {
    // A reply that is not kept, or a local model's folder that is not there: it is not asked, so nothing is wrong.
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function printedOf(name: string, options: OpenModelOptions): DirectRow['printed'] {
  try {
    return printedFor(openModel(name, { ...options, offline: true }).model.identity!);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

async function answersOf(name: string, options: OpenModelOptions, { data, examplesFor, hooks, signal }: Asking): Promise<Omit<DirectRow, 'status'>> {
  const { model, price, progress } = openModel(name, { ...options, onProgress: (_, note) => note && hooks?.run?.onPhase?.(note) });
  const identity = model.identity ?? { model: model.name, body: {} };
  const gold = data.parts.scored;
  hooks?.onRun?.(name);
  const { documents, report } = await findEntities(gold, {
    model, types: data.types.map(typeName), examplesFor, signal,
    onProgress: (done) => {
      hooks?.run?.onPhase?.(`${done} of ${gold.length} documents`);
      hooks?.run?.onProgress?.(done / gold.length);
    },
  });
  hooks?.onRunDone?.(progress !== null && progress.answered === 0);
  return {
    label: identity.model === name ? name : `${name} (${identity.model})`,
    printed: printedFor(identity),
    measured: measured(gold, [documents]),
    answers: answersFrom(name, identity, report, price),
  };
}
