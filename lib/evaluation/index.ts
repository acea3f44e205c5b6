export * from './bootstrap';
export * from './breakdown';
export * from './distributions';
export * from './document-counts';
export * from './error-analysis';
export * from './flat-gold';
export * from './score';
export * from './significance';
