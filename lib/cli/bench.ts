import type { Command } from 'commander';
import { displayPath, inProject, InputError } from '../common';

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

/** A bench gives its rows as it gets them; it leaves out cases whose names are not wanted. */
export type Bench = (wanted: (name: string) => boolean) => AsyncIterable<BenchRow>;

const benches: Record<string, () => Promise<Bench>> = {
  'training-step': async () => (await import('../../bench/encoder')).trainingStep,
  inference: async () => (await import('../../bench/encoder')).inference,
  'loss-parity': async () => (await import('../../bench/encoder')).lossParity,
  pretraining: async () => (await import('../../bench/pretraining')).pretraining,
  fused: async () => (await import('../../bench/fused')).fused,
  recurrent: async () => (await import('../../bench/recurrent')).recurrent,
  crf: async () => (await import('../../bench/crf')).crf,
  'span-stage': async () => (await import('../../bench/span-stage')).spanStage,
  'length-buckets': async () => (await import('../../bench/length-buckets')).lengthBuckets,
  tokenizer: async () => (await import('../../bench/tokenizer')).tokenizer,
  word2vec: async () => (await import('../../bench/word2vec')).word2vec,
  'notebook-kernel': async () => (await import('../../bench/notebook-kernel')).notebookKernel,
  figures: async () => (await import('../../bench/laboratory')).figures,
  notebooks: async () => (await import('../../bench/laboratory')).notebooks,
  matching: async () => (await import('../../bench/matching')).matching,
};

/** Comparisons without a time, run only when named: each returns what to print, and writes its files where it should. */
const tables: Record<string, (save: boolean) => Promise<string>> = {
  kernels: async (save) => (await import('../../bench/kernels')).kernels(save),
};

export function register(program: Command): void {
  program
    .command('bench')
    .description('our speed beside a peer\'s, in one run')
    .argument('[names...]', `which: ${Object.keys(benches).join(', ')} (default: all of these), ${Object.keys(tables).join(', ')}`)
    .option('--only <text>', 'only cases whose names contain this, such as "tiny" or "float32"')
    .option('--save', 'write each bench\'s table, with the machine it ran on, to results/bench/')
    .option('--json', 'one JSON object a line')
    .action(async (names: string[], options: { only?: string; save?: boolean; json?: boolean }) => {
      const unknown = names.find((name) => !(name in benches) && !(name in tables));
      if (unknown) throw new InputError(`no bench is called ${unknown}; there are: ${[...Object.keys(benches), ...Object.keys(tables)].join(', ')}`);
      for (const name of names.length ? names : Object.keys(benches)) {
        if (name in tables) {
          process.stdout.write(await tables[name](options.save === true));
          continue;
        }
        const bench = await benches[name]();
        const rows: BenchRow[] = [];
        for await (const row of bench((text) => options.only === undefined || text.includes(options.only))) {
          rows.push(row);
          process.stdout.write((options.json ? JSON.stringify(row) : line(row)) + '\n');
        }
        if (rows.length === 0) process.stderr.write(`note: ${name} has no case with "${options.only}" in its name\n`);
        else if (options.save) await save(name, rows, options.only === undefined);
      }
    });
}

/** Writes a bench's table; where some cases were left out, their rows stay as they were. */
async function save(name: string, rows: BenchRow[], whole: boolean): Promise<void> {
  const { saveResult } = await import('../../bench/result');
  process.stderr.write(`${displayPath(saveResult(inProject('results', 'bench'), name, rows, whole))}\n`);
}

function line(row: BenchRow): string {
  const number = (value: number | null) => (value === null ? '–' : value >= 1000 ? Math.round(value).toLocaleString('en') : value.toPrecision(4));
  const ratio = row.ratio === null ? 'no peer here' : `${row.ratio.toFixed(2)} × as good as the peer`;
  return [row.bench.padEnd(14), row.case.padEnd(44), row.metric.padEnd(16), `ours ${number(row.ours)}`.padEnd(14), `peer ${number(row.peer)}`.padEnd(14),
    ratio.padEnd(27), `spread ${(row.spread * 100).toFixed(0)} %`, `load ${row.load.toFixed(1)}`].join(' ');
}
