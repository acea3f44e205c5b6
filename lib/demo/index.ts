export * from './models';
export { demoExamples } from './page';
export * from './server';
