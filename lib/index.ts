/** What notebooks import: the library's public surface. */
export * from './common';
export * from './corpus';
export * from './augment';
export * from './text';
export * from './evaluation';
export { backendInfo, prepareBackend, probeBackends } from './backend';
export * from './layers';
export * from './models';
export * from './llm';
export * from './training';
export * from './figures';
export * from './experiments';
export * from './pretraining';
export * from './notebook';
