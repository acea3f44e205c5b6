export { LocalEntry } from './local-entry';
export { sampleNucleus } from './nucleus';
export * from './translation';
