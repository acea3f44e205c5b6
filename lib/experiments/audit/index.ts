export * from './audit';
export * from './candidates';
export * from './claims';
export * from './interval';
export * from './last-digits';
export * from './printed';
export * from './row';
export * from './t-test';
