export * from './breakdown';
export * from './error-analysis';
export * from './score';
