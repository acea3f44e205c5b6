export * from './models';
export { demoExamples } from './page';
export * from './picture';
export * from './server';
