export { costOf, type FeatureFileRecord, type FeatureRecord } from './feature-record';
export { askedAsNow, type FeatureIdentity } from './identity';
export * from './extract-corpus';
export * from './load';
export { checkedFeatureFile, featureFile, featureFolder, providerName, type ProviderName } from './places';
export { currentPrompts, promptFile, promptHashes, savePrompts, type PromptFile } from './prompt-file';
export * from './providers';
export type { FeatureTotals } from './totals';
