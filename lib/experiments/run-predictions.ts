import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, JobError, sha256 } from '../common';
import type { Document, Entity } from '../corpus';
import { runFiles, type RunRecord } from './record';

/** The predictions that a run kept, of all its scored documents. */
export function runPredictions(record: Pick<RunRecord, 'key' | 'predictions'>, folder: string): { id: string; entities: Entity[] }[] {
  const file = path.join(folder, runFiles.predictions);
  const text = readFileSync(file, 'utf8');
  if (sha256(text) !== record.predictions) throw new JobError(`${displayPath(file)} is not what run ${record.key} wrote (its SHA-256 differs from the record's); delete the folder and run again`);
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as { id: string; entities: Entity[] });
}

/** The scored documents, or some of them, with what a run predicted in the place of their entities. */
export function predictedDocuments(gold: readonly Document[], record: Pick<RunRecord, 'key' | 'predictions'>, folder: string): Document[] {
  const entities = new Map(runPredictions(record, folder).map((document) => [document.id, document.entities]));
  return gold.map(({ id, text }) => ({ id, text, entities: entities.get(id)! }));
}
