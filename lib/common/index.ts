export * from './code-points';
export * from './display-width';
export * from './errors';
export * from './files';
export * from './process-identity';
export * from './processor';
export * from './quantiles';
export * from './random';
