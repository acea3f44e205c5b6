/** Edits (insert, delete, replace) that turn one word into the other (Levenshtein 1966). */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length];
}

/** ` (did you mean X?)` where a known name is close, else nothing. */
export function didYouMean(name: string, known: readonly string[]): string {
  const [closest] = known.map((other) => ({ other, distance: editDistance(name.toLowerCase(), other.toLowerCase()) })).sort((x, y) => x.distance - y.distance);
  return closest && closest.distance <= Math.max(2, Math.floor(name.length / 3)) ? ` (did you mean ${closest.other}?)` : '';
}
