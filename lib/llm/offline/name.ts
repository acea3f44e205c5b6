/** The rule-based provider's name: it needs no entry in llm.yaml, and none may be called so. */
export const offlineProvider = 'offline-lexicon';
