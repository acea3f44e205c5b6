import { OfflineLexicon } from './offline-lexicon';

let shared: OfflineLexicon | undefined;

/** Keeps nothing of what it answers, and its dictionaries take seconds: one serves all. */
export const theOfflineLexicon = (): OfflineLexicon => (shared ??= new OfflineLexicon());
