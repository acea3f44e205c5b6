import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import * as path from 'node:path';
import type { BenchRow } from '../lib/cli/bench';
import { inProject } from '../lib/common';
import { Segmenter, trainWordVectors } from '../lib/text';
import { halfQuartileSpread, median } from './spread';

const settings = { dimension: 100, window: 5, negatives: 5, minCount: 2, subsample: 1e-3, epochs: 2 };

/** Words a second of training on the embedded corpus's unlabelled text, one thread, beside gensim's where it is installed. */
export async function* word2vec(wanted: (name: string) => boolean): AsyncGenerator<BenchRow> {
  const load = loadavg()[0];
  const segmenter = new Segmenter();
  const lines = readFileSync(inProject('data', 'sample', 'unlabelled.txt'), 'utf8').split('\n').filter(Boolean);
  const sentences = lines.map((text) => segmenter.segment(text).map((word) => word.text).filter((word) => word.trim() !== ''));
  const words = sentences.reduce((sum, sentence) => sum + sentence.length, 0) * settings.epochs;
  const folder = mkdtempSync(path.join(tmpdir(), 'medner-bench-'));
  const file = path.join(folder, 'sentences.txt');
  writeFileSync(file, sentences.map((sentence) => sentence.join(' ')).join('\n'));
  try {
    for (const mode of ['skip-gram', 'cbow'] as const) {
      const name = `${mode}, 100 dimensions`;
      if (!wanted(name)) continue;
      const ours: number[] = [];
      const peers: number[] = [];
      for (let run = 0; run < 3; run++) {
        const begin = performance.now();
        trainWordVectors(sentences, { mode, ...settings });
        ours.push((words / (performance.now() - begin)) * 1000);
        const seconds = gensimSeconds(file, mode);
        if (seconds !== null) peers.push(words / seconds);
      }
      const peer = peers.length > 0 ? median(peers) : null;
      yield {
        bench: 'word2vec', case: name, metric: 'words/s', ours: median(ours), peer,
        ratio: peer === null ? null : median(ours) / peer, spread: halfQuartileSpread(ours), load,
      };
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const script = `
import sys, time
try:
    from gensim.models import Word2Vec
except ImportError:
    sys.exit(3)
file, sg, dimension, window, negative, min_count, sample, epochs = sys.argv[1:]
sentences = [line.split(' ') for line in open(file, encoding='utf8').read().split('\\n')]
begin = time.perf_counter()
Word2Vec(sentences, sg=int(sg), vector_size=int(dimension), window=int(window), negative=int(negative),
         min_count=int(min_count), sample=float(sample), epochs=int(epochs), workers=1)
print(time.perf_counter() - begin)
`;

/** What gensim takes for the same training, counting the vocabulary included; null where it is not installed. */
function gensimSeconds(file: string, mode: 'skip-gram' | 'cbow'): number | null {
  const { dimension, window, negatives, minCount, subsample, epochs } = settings;
  const values = [mode === 'skip-gram' ? 1 : 0, dimension, window, negatives, minCount, subsample, epochs].map(String);
  const { status, stdout, stderr } = spawnSync('python3', ['-c', script, file, ...values], { encoding: 'utf8' });
  if (status === 0) return Number(stdout);
  if (status !== 3 && status !== null) process.stderr.write(`gensim: ${stderr}\n`);
  return null;
}
