export * from './segmenter';
export * from './tags';
export * from './tokenizer';
export * from './vocabulary';
export * from './windows';
export * from './word-vector-files';
export * from './word-vectors';
export * from './word2vec';
