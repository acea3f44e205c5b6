export { architecture, differences, type Differences } from './architecture';
export type { Architecture, Flow, ModelSizes, Part, PartId } from './types';
