export type { FeatureFileRecord, FeatureRecord } from './feature-record';
export * from './extract-corpus';
export * from './load';
export { checkedFeatureFile, featureFile, featureFolder, providerName, type ProviderName } from './places';
export type { FeatureTotals } from './totals';
