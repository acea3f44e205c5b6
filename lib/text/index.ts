export * from './tags';
export * from './tokenizer';
export * from './vocabulary';
export * from './windows';
