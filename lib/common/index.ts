export * from './code-points';
export * from './errors';
export * from './files';
export * from './random';
