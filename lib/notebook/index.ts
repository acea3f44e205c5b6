export * from './display';
export * from './live-training';
export * from './nested-pairs';
export * from './pretraining-results';
export * from './sentence';
