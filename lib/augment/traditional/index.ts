export * from './augment-traditionally';
export type { TranslateBack } from './back-translation';
export { TraditionalConfig, traditionalMethods, type TraditionalMethodName, type TraditionalOptions } from './config';
export * from './features';
export * from './known-terms';
export { maskText } from './masking';
export { readTraditionalSynonyms, type TraditionalResources } from './method';
