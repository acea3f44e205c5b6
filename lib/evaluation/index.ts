export * from './bootstrap';
export * from './distributions';
export * from './document-counts';
export * from './error-analysis';
export * from './score';
export * from './significance';
