export { bfloat16Pays } from './bfloat16-pays';
export * from './operations';
export { backendInfo, prepareBackend, probeBackends, type PrepareOptions } from './select';
export { torchMemory } from './torch';
export type { BackendInfo, BackendName, BackendProbe } from './types';
