import { corpusStatistics, lengthClasses, loadCorpus, type Corpus, type SplitName, type SplitStatistics } from '../corpus';
import { lengthDistribution } from '../figures';
import type { Experiment, ExperimentRequest } from './experiment';
import { corpusNotes, count, none, percent } from './format';
import { right, type Table } from './table';

/** What paper B says of Fig. 2 (section 3.1.1): types with a higher proportion of long entities. */
const claims: Record<string, { dataset: string; types: string[] }> = {
  'cmeee-v2': { dataset: 'CMeEE-V2', types: ['dis', 'sym', 'pro'] },
  sample: { dataset: 'CMeEE-V2', types: ['dis', 'sym', 'pro'] },
  ccks2020: { dataset: 'CCKS2020', types: ['疾病和诊断'] },
};

/** Band widths of the second table: the range of Fig. 9, its two best (39, 43) among them. */
const bands = [5, 10, 17, 25, 30, 39, 43, 50, 64];

/** All labelled documents of a corpus as one split: Fig. 2 is about the data sets as wholes. */
function pooled(corpus: Corpus): SplitStatistics {
  const documents = Object.values(corpus.splits).flat();
  return corpusStatistics({ ...corpus, splits: { train: documents } }).splits.train!;
}

function lengthTable(corpus: Corpus, all: SplitStatistics): Table {
  const share = (part: number, whole: number): string => (whole === 0 ? none : percent(part / whole));
  const row = (name: string, counts: { short: number; medium: number; long: number }, total: number, nested: number): string[] => [
    name,
    count(total),
    ...lengthClasses.map((length) => share(counts[length], total)),
    share(nested, total),
  ];
  return {
    title: `Entity lengths by type: ${corpus.id}`,
    columns: [{ header: 'type' }, ...['entities', 'short', 'medium', 'long', 'nested'].map(right)],
    rows: [
      ...corpus.types.flatMap((type) => {
        const counts = all.types[type];
        return counts ? [row(type, counts, counts.count, counts.nested)] : [];
      }),
      row('all', all.lengths, all.entities, all.nested),
    ],
    footnotes: [
      `Shares in percent of a type's entities, over ${count(all.documents)} labelled documents of ${splitsOf(corpus)}. short 1-3, medium 4-7, long 8 or more ` +
        'characters; nested: inside another entity.',
      ...corpusNotes(corpus.id, corpus.notes),
      claimNote(corpus, all),
    ].filter((note) => note !== ''),
  };
}

const splitsOf = (corpus: Corpus): string => Object.keys(corpus.splits).join(', ');

/** The paper's claim beside what is counted here. */
function claimNote(corpus: Corpus, all: SplitStatistics): string {
  const claim = claims[corpus.id];
  if (!claim) return '';
  const average = all.lengths.long / all.entities;
  const above = corpus.types.filter((type) => all.types[type] && all.types[type].long / all.types[type].count > average);
  const held = claim.types.every((type) => above.includes(type));
  return (
    `Paper B says of ${claim.dataset} that ${claim.types.join(', ')} have a higher proportion of long entities. ` +
    `Above the average of ${percent(average)} here: ${above.join(', ') || 'none'}. ` +
    (held ? 'The claim holds.' : `The claim does not hold for ${claim.types.filter((type) => !above.includes(type)).join(', ')}.`)
  );
}

function bandTable(corpus: Corpus, all: SplitStatistics): Table {
  return {
    title: `What a band of k characters would lose: ${corpus.id}`,
    columns: ['k', 'longer entities', 'recall at most'].map(right),
    rows: bands.map((k) => [String(k), count(all.lostAtK[k]), percent(1 - all.lostAtK[k] / all.entities)]),
    footnotes: ['A pointer that scores spans 0 ≤ j − i < k cannot find an entity of more than k characters. Best k in paper B, Fig. 9: 43 on CMeEE-V2, 39 on CCKS2020.'],
  };
}

export const lengthStatistics: Experiment = {
  name: 'length-statistics',
  title: 'Paper B, Fig. 2',
  description: 'Shares of short, medium and long entities by type, nesting, and what each band width k would lose. Trains nothing.',
  runFree: true,
  runs: () => 0,
  async run(request: ExperimentRequest) {
    const corpus = await loadCorpus(request.corpus);
    const all = pooled(corpus);
    return {
      tables: [lengthTable(corpus, all), bandTable(corpus, all)],
      data: { all, splits: corpusStatistics(corpus).splits },
      figure: lengthDistribution({ corpus: corpus.id, splits: { all } as Partial<Record<SplitName | 'all', SplitStatistics>> }),
      records: [],
    };
  },
};
