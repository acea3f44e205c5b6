import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { BertTokenizer } from '@xenova/transformers';
import type { BenchRow } from '../lib/cli/bench';
import { codePointLength, inProject } from '../lib/common';
import { Tokenizer, Vocabulary } from '../lib/text';
import { publishedTokenizer } from '../lib/text/published';
import { halfQuartileSpread, median } from './spread';

/** Characters a second over the embedded corpus's unlabelled text, ours with offsets, transformers.js without. */
export async function* tokenizer(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const load = loadavg()[0];
  const texts = readFileSync(inProject('data', 'sample', 'unlabelled.txt'), 'utf8').split('\n').filter(Boolean);
  const characters = texts.reduce((sum, text) => sum + codePointLength(text), 0);
  const vocabulary = Vocabulary.fromFile(inProject('data', 'vocabulary', 'sample.txt'));
  for (const lowercase of [true, false]) {
    const name = lowercase ? 'lowercase' : 'cased';
    if (!wanted(name)) continue;
    const ours = new Tokenizer(vocabulary, { lowercase });
    const { json, config } = publishedTokenizer(vocabulary, lowercase);
    const peer = new BertTokenizer(json, config);
    const speeds = { ours: [] as number[], peer: [] as number[] };
    const speed = (encode: (text: string) => unknown) => {
      const begin = performance.now();
      for (const text of texts) encode(text);
      return (characters / (performance.now() - begin)) * 1000;
    };
    for (let run = 0; run < 6; run++) {
      const pair = [speed((text) => ours.encode(text)), speed((text) => peer.encode(text, { add_special_tokens: false }))];
      // The first run warms both up.
      if (run > 0) [speeds.ours, speeds.peer].forEach((list, i) => list.push(pair[i]));
    }
    yield {
      bench: 'tokenizer', case: name, metric: 'characters/s', ours: median(speeds.ours), peer: median(speeds.peer),
      ratio: median(speeds.ours) / median(speeds.peer), spread: halfQuartileSpread(speeds.ours), load,
    };
  }
}
