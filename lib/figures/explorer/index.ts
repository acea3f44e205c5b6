export * from './explorer';
export * from './stored';
