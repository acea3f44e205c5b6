export * from './lexicon-index';
export * from './retriever';
