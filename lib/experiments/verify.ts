import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { canonicalJson, JobError } from '../common';
import type { Scores } from '../evaluation';
import { loadRunData } from './data';
import type { CompactRecord } from './record';
import { run, type RunOptions } from './run';

export interface Verification {
  key: string;
  /** Whether backend, versions, device and processor are those of the record: then every bit must agree. */
  sameMachine: boolean;
  /** What differs, as sentences; empty = verified. */
  differences: string[];
  /** Micro F1 on the scored documents: as recorded, and again. */
  f1: { recorded: number; again: number };
}

/** Another machine rounds otherwise, and training magnifies that: F1 may then move by this much. */
const otherMachineTolerance = 0.02;

/**
 * Runs a recorded config again, in a folder of its own and with the record's number of threads, and compares. On the same machine
 * metrics, predictions and weights must be equal; on another one F1 must agree to two points.
 * @throws JobError if the documents are no longer those of the record
 */
export async function verify(record: CompactRecord, options: Omit<RunOptions, 'runs' | 'threads'> = {}): Promise<Verification> {
  const { records: parts } = await loadRunData(record.config.corpus);
  for (const part of ['train', 'tuning', 'scored'] as const) {
    const [then, now] = [record.data.parts[part], parts[part]];
    if (then.content !== now.content) {
      throw new JobError(`run ${record.key}: the ${part} documents are not those of the record (${now.documents} with ${now.entities} entities now, ${then.documents} with ${then.entities} then)`);
    }
  }
  const runs = mkdtempSync(path.join(tmpdir(), 'medner-verify-'));
  try {
    const { record: again } = await run(record.config, { ...options, runs, threads: record.backend.threads });
    const sameMachine = machineOf(again) === machineOf(record);
    const f1 = { recorded: record.scores.scored.micro.f1, again: again.scores.scored.micro.f1 };
    return { key: record.key, sameMachine, differences: sameMachine ? bitDifferences(record, again) : tolerated(f1), f1 };
  } finally {
    rmSync(runs, { recursive: true, force: true });
  }
}

function machineOf({ backend: { name, device, versions, threads }, hardware }: CompactRecord): string {
  return canonicalJson({ name, device, versions, threads, cpu: hardware.cpu });
}

function bitDifferences(record: CompactRecord, again: CompactRecord): string[] {
  const micro = ({ micro: { tp, fp, fn, f1 } }: Scores): string => `F1 ${(100 * f1).toFixed(4)} (${tp} right, ${fp} wrong, ${fn} missed)`;
  const differences: string[] = [];
  for (const part of ['tuning', 'scored'] as const) {
    const [then, now] = [record.scores[part], again.scores[part]];
    if (canonicalJson(then) !== canonicalJson(now)) differences.push(`${part} scores: recorded ${micro(then)}, again ${micro(now)}`);
  }
  if (record.predictions !== again.predictions) differences.push('the predictions differ');
  if (record.weights !== again.weights) differences.push('the weights differ');
  return differences;
}

function tolerated({ recorded, again }: Verification['f1']): string[] {
  const difference = Math.abs(recorded - again);
  return difference <= otherMachineTolerance ? [] : [`F1 differs by ${(100 * difference).toFixed(2)} points: recorded ${(100 * recorded).toFixed(2)}, again ${(100 * again).toFixed(2)}`];
}
