export { offlineProvider } from './name';
export { OfflineLexicon } from './offline-lexicon';
export { theOfflineLexicon } from './shared';
