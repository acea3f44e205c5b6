import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import type { BenchRow } from '../lib/cli/bench';
import { inProject, Random } from '../lib/common';
import { AhoCorasick, type Visit } from '../lib/text';
import { halfQuartileSpread, median } from './spread';

const sizes = [10_000, 100_000];
/** Code units of a term. */
const [shortest, longest] = [2, 10];
const repeats = 7;

/**
 * Megabytes of UTF-8 a second through dictionary matching of the embedded corpus's unlabelled text, beside a look-up of every substring in a Map,
 * the longest first. The terms are random substrings of the text, so that matches are many more than a real lexicon's. Both find the same.
 */
export async function* matching(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const load = loadavg()[0];
  const file = readFileSync(inProject('data', 'sample', 'unlabelled.txt'));
  const lines = file.toString('utf8').split('\n').filter(Boolean);
  const megabytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / 1e6;
  for (const size of sizes) {
    const terms = substrings(lines, size);
    const finder = new AhoCorasick(terms);
    const map = new Map(terms.map((term, i) => [term, i]));
    const ways: [name: string, ours: (text: string, visit: Visit) => void, peer: (text: string, visit: Visit) => void][] = [
      ['longest', (text, visit) => finder.longest(text, visit), (text, visit) => longestInMap(map, text, visit)],
      ['all, nested ones too', (text, visit) => finder.all(text, visit), (text, visit) => allInMap(map, text, visit)],
    ];
    for (const [way, ours, peer] of ways) {
      const name = `${size.toLocaleString('en')} terms, ${way}`;
      if (!wanted(name)) continue;
      const speeds = { ours: [] as number[], peer: [] as number[] };
      for (let run = 0; run < repeats + 1; run++) {
        const [a, b] = [pass(lines, ours), pass(lines, peer)];
        if (a.sum !== b.sum) throw new Error(`${name}: the automaton and the map find different terms`);
        // The first run warms both up.
        if (run > 0) speeds.ours.push(megabytes / a.seconds);
        if (run > 0) speeds.peer.push(megabytes / b.seconds);
      }
      yield {
        bench: 'matching', case: name, metric: 'MB of UTF-8/s', ours: median(speeds.ours), peer: median(speeds.peer),
        ratio: median(speeds.ours) / median(speeds.peer), spread: halfQuartileSpread(speeds.ours), load,
      };
    }
  }
}

/** One pass over all lines, with a sum that differs where what is found does. */
function pass(lines: readonly string[], find: (text: string, visit: Visit) => void): { seconds: number; sum: number } {
  let sum = 0;
  const begin = performance.now();
  for (const line of lines) find(line, (start, end, term) => (sum += (start + 1) * (term + 1) + end));
  return { seconds: (performance.now() - begin) / 1000, sum };
}

function substrings(lines: readonly string[], count: number): string[] {
  const random = Random.from(1, 'bench/matching');
  const terms = new Set<string>();
  while (terms.size < count) {
    const line = random.pick(lines);
    const start = random.below(line.length);
    const term = line.slice(start, start + shortest + random.below(longest - shortest + 1));
    if (term.length >= shortest) terms.add(term);
  }
  return [...terms];
}

function longestInMap(terms: ReadonlyMap<string, number>, text: string, visit: Visit): void {
  for (let i = 0; i < text.length;) {
    let length = Math.min(longest, text.length - i);
    let term: number | undefined;
    while (length >= shortest && (term = terms.get(text.slice(i, i + length))) === undefined) length--;
    if (term !== undefined) visit(i, i + length, term);
    i += term === undefined ? 1 : length;
  }
}

function allInMap(terms: ReadonlyMap<string, number>, text: string, visit: Visit): void {
  for (let i = 0; i < text.length; i++) {
    for (let end = Math.min(text.length, i + longest); end >= i + shortest; end--) {
      const term = terms.get(text.slice(i, end));
      if (term !== undefined) visit(i, end, term);
    }
  }
}
