export * from './examples';
export * from './find-entities';
