import type { Distribution } from './balance';
import type { AugmentConfig } from './config';
import type { OperationReport } from './easy';
import type { RemoteReport } from './remote';

/** What augmentation did: enough to draw Fig. 2 and Fig. 3, and to judge it. */
export interface AugmentReport {
  config: AugmentConfig;
  seed: number | string;
  train: {
    documents: number;
    entities: number;
    /** Training documents taken out because they hold a scored document's text. */
    removed: number;
  };
  easy: Record<'substitution' | 'joining' | 'sentences', OperationReport>;
  remote: RemoteReport;
  sources: {
    lexicons: { name: string; terms: number; leftOut: number }[];
    synonymSets: number;
    /** Where instances came from, and what verified matches. */
    instances: string;
    verifier: string;
  };
  /** Mentions that only the scored documents know: what the guard looked for. */
  guarded: { documents: number; mentions: number };
  /** Entities by type × length class. */
  before: Distribution;
  after: Distribution;
  /** Shares of all entities. */
  target: Distribution;
  /** Total variation from the target, at the start and after each step. */
  distance: { before: number; easy: number; after: number };
  seconds: number;
}
