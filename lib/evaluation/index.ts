export * from './error-analysis';
export * from './score';
