export { OfflineLexicon } from './offline-lexicon';
