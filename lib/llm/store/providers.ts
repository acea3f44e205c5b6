import { existsSync, readdirSync } from 'node:fs';
import * as path from 'node:path';
import { offlineProvider } from '../offline/name';
import { paperSampling } from '../types';
import { readFeatureFileRecord, type FeatureFileRecord } from './feature-record';
import { featureIdentity, type FeatureIdentity } from './identity';
import { featureFolder, providerName } from './places';

/** Who has features of a corpus. */
export interface FeatureProvider {
  /** As a run's `features.provider` has it. Of a file, its name, which is not its record's where --out chose another. */
  provider: string;
  identity: FeatureIdentity;
  /** What lies beside the file; null where there is none to read. */
  record: FeatureFileRecord | null;
}

/** The offline provider, without and with its validation turn, by name: its features are made where they are wanted. It looks nothing up in retrieved entries. */
export const madeByRule: ReadonlyMap<string, FeatureProvider> = new Map(
  [false, true].map((validated): [string, FeatureProvider] => {
    const provider = providerName({ model: offlineProvider, retrieval: false, validated });
    const identity = featureIdentity({ model: { model: offlineProvider, body: {} }, sampling: paperSampling, validated, retrieval: null });
    return [provider, { provider, identity, record: null }];
  }),
);

/**
 * The offline provider, and every features file that `medner llm extract` has written into a corpus's folder, finished or not, by name. A file of the
 * offline provider's own name is left aside: nothing reads it.
 * @throws InputError naming a record that is missing or cannot be read
 */
export function featureProviders(corpus: string): FeatureProvider[] {
  const folder = featureFolder(corpus);
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];
  const extracted = files.map((name) => path.basename(name, '.jsonl')).filter((name) => !madeByRule.has(name)).sort();
  return [...madeByRule.values(), ...extracted.map((provider): FeatureProvider => {
    const record = readFeatureFileRecord(path.join(folder, `${provider}.jsonl`));
    return { provider, identity: record.identity, record };
  })];
}
