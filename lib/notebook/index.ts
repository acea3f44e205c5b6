export * from './display';
export * from './live-training';
export * from './sentence';
