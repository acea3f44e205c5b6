export * from './operations';
export { backendInfo, prepareBackend, probeBackends, type PrepareOptions } from './select';
export type { BackendInfo, BackendName, BackendProbe } from './types';
