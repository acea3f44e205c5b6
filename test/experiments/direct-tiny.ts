// A process that makes Table 8 of a small corpus: `direct-tiny.ts CORPUS RUNS SET…`. The test kills it.
import { experiment } from '../../lib/experiments';

const [, , corpus, runs, ...set] = process.argv;
void experiment('a-llm-direct').run({ corpus, profile: 'quick', seeds: [0], set, runs });
