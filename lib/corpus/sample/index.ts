export * from './build';
export * from './dictionary';
export * from './generate';
export * from './lexicon';
export * from './markup';
export * from './rules';
