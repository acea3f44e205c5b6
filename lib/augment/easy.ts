import type { Random } from '../common';
import type { Document } from '../corpus/types';
import type { Balance, Cell } from './balance';
import type { Intake } from './intake';
import type { Cause, Operation, Proposal } from './operation';

export interface OperationReport {
  /** New documents asked for, and made. */
  wanted: number;
  made: number;
  entities: number;
  /** Proposals drawn in all; of each new document's several, only the nearest to the target was taken. */
  proposals: number;
  /** Proposals that came to nothing, by cause. */
  rejects: Partial<Record<Cause, number>>;
}

export interface EasyRequest {
  train: readonly Document[];
  balance: Balance;
  intake: Intake;
  /** Proposals of which the nearest to the target is taken. */
  candidates: number;
  /** Most new documents of one training document. */
  copies: number;
  random: Random;
}

/** After this many proposals for a cell that all came to nothing, another cell is tried. */
const patience = 24;

/**
 * Makes up to `wanted` documents by one operation, greedily towards the target: each new document is asked of the cell that lacks most (the next
 * one where that gives nothing), and of a few random proposals the one that leaves the mix nearest to the target is taken.
 */
export function augmentEasily(
  operation: Operation,
  wanted: number,
  { train, balance, intake, candidates, copies, random }: EasyRequest,
): { documents: Document[]; report: OperationReport } {
  const documents: Document[] = [];
  const report: OperationReport = { wanted, made: 0, entities: 0, proposals: 0, rejects: {} };
  const copiesOf = new Map<number, number>();
  const barren = new Set<string>();
  const keyOf = ({ type, length }: Cell): string => `${type} ${length}`;

  const propose = (cell: Cell): Proposal | undefined => {
    report.proposals++;
    const proposal = operation.propose(cell, random);
    const cause = typeof proposal === 'string' ? proposal : (copiesOf.get(proposal.source) ?? 0) >= copies ? 'copies' : intake.refusal(proposal.passage);
    if (cause === undefined) return proposal as Proposal;
    report.rejects[cause] = (report.rejects[cause] ?? 0) + 1;
    return undefined;
  };

  const best = (cell: Cell): Proposal | undefined => {
    let nearest: Proposal | undefined;
    let least = Infinity;
    for (let good = 0, tries = 0; good < candidates && tries < candidates + patience; tries++) {
      const proposal = propose(cell);
      if (!proposal) continue;
      good++;
      const distance = balance.distance(proposal.passage.entities);
      if (distance < least) [nearest, least] = [proposal, distance];
    }
    return nearest;
  };

  while (documents.length < wanted) {
    const cell = balance.wanted().find((next) => !barren.has(keyOf(next)));
    if (!cell) break;
    const proposal = best(cell);
    if (!proposal) {
      barren.add(keyOf(cell));
      continue;
    }
    const { passage, source } = proposal;
    intake.take(passage);
    balance.add(passage.entities);
    copiesOf.set(source, (copiesOf.get(source) ?? 0) + 1);
    documents.push({ id: `${operation.name}-${documents.length + 1}:${train[source].id}`, ...passage });
    report.entities += passage.entities.length;
  }
  report.made = documents.length;
  return { documents, report };
}
