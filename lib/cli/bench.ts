import type { Command } from 'commander';
import { InputError } from '../common/errors';

/** One measurement beside its peer, taken in the same run; `ratio` over 1 means ours is better. */
export interface BenchRow {
  bench: string;
  case: string;
  metric: string;
  ours: number;
  peer: number | null;
  ratio: number | null;
  /** Half the distance between the quartiles of ours, as a share of its median. */
  spread: number;
  /** The machine's load average over the last minute when the run began. */
  load: number;
}

const benches: Record<string, () => Promise<BenchRow[]>> = {
  'training-step': async () => (await import('../../bench/training-step')).trainingStep(),
  tokenizer: async () => (await import('../../bench/tokenizer')).tokenizer(),
  'span-stage': async () => (await import('../../bench/span-stage')).spanStage(),
  'length-buckets': async () => (await import('../../bench/length-buckets')).lengthBuckets(),
  word2vec: async () => (await import('../../bench/word2vec')).word2vec(),
};

export function register(program: Command): void {
  program
    .command('bench')
    .description('our speed beside a peer\'s, in one run')
    .argument('[names...]', `which: ${Object.keys(benches).join(', ')} (default: all)`)
    .option('--json', 'one JSON object a line')
    .action(async (names: string[], options: { json?: boolean }) => {
      const unknown = names.find((name) => !(name in benches));
      if (unknown) throw new InputError(`no bench is called ${unknown}; there are: ${Object.keys(benches).join(', ')}`);
      for (const name of names.length ? names : Object.keys(benches)) {
        for (const row of await benches[name]()) process.stdout.write((options.json ? JSON.stringify(row) : line(row)) + '\n');
      }
    });
}

function line(row: BenchRow): string {
  const number = (value: number | null) => (value === null ? '–' : value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(4));
  const ratio = row.ratio === null ? 'no peer here' : `${row.ratio.toFixed(2)} × the peer's speed`;
  return [row.bench.padEnd(14), row.case.padEnd(28), row.metric.padEnd(18), `ours ${number(row.ours)}`.padEnd(18), `peer ${number(row.peer)}`.padEnd(18),
    ratio.padEnd(26), `spread ${(row.spread * 100).toFixed(0)} %`, `load ${row.load.toFixed(1)}`].join(' ');
}
