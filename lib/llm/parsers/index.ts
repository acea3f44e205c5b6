export * from './enhanced-text';
export * from './entities';
export * from './keywords';
export * from './parts-of-speech';
export * from './relations';
export * from './result';
export * from './validation';
