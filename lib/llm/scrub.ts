/** Shorter keys are the words that local servers take (`EMPTY`, `ollama`); hiding those would spoil texts and hide nothing. */
const shortestSecret = 8;

const hidden = '[hidden]';

/** Puts `[hidden]` where a key stands, as it is or as an address encodes it. */
export function hideKey(text: string, key: string | undefined): string {
  if (!key || key.length < shortestSecret) return text;
  return text.replaceAll(key, hidden).replaceAll(encodeURIComponent(key), hidden);
}

/**
 * What a server said, fit for a message: no key, none in part (servers quote wrong keys as `sk-ab***yz`), no control characters, one line,
 * at most 300 characters.
 */
export function scrub(text: string, key: string | undefined): string {
  const clean = hideKey(text, key)
    .replace(/\bBearer\s+[^\s"',;]+/gi, `Bearer ${hidden}`)
    .replace(/\b[sp]k-[\w*.-]{6,}/gi, hidden)
    .replace(/[\w.-]*\*{3,}[\w*.-]*/g, hidden)
    .replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ')
    .trim();
  return clean.length > 300 ? `${clean.slice(0, 300)}…` : clean;
}
