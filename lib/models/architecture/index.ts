export { architecture, differences, type Differences } from './architecture';
export type { Architecture, Flow as ModelFlow, ModelSizes, Part as ModelPart, PartId as ModelPartId } from './types';
