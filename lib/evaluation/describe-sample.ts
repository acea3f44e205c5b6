/** Prints the table of data/sample/README.md: `node --require tsx/cjs lib/evaluation/describe-sample.ts` */
import { corpusStatistics, loadCorpus, splitNames, type Corpus, type SplitStatistics } from '../corpus';
import { Dictionary, dictionaryKinds } from '../corpus/sample';
import { score } from './score';

/** CMeEE-V2's training part, measured: the column that the others should resemble. */
const reference: Record<string, string> = {
  documents: '15,000', characters: '54.2', longest: '4,870', entities: '5.45', inside: '16.9 %', containing: '13.3 %', either: '29.7 %',
  lengths: '41 / 42 / 16 %', types: '29.1 / 23.6 / 20.6 / 11.8 / 5.3 / 5.2 / 2.8 / 1.1 / 0.4 %',
};
const typeOrder = ['bod', 'dis', 'sym', 'pro', 'dru', 'ite', 'mic', 'equ', 'dep'];

/** The embedded corpus in figures, as a Markdown table, and what a dictionary scores on its test split. */
export function describeSample(corpus: Corpus): string {
  const { splits } = corpusStatistics(corpus);
  const columns = splitNames.map((name) => splits[name]).filter((split): split is SplitStatistics => split !== undefined);
  const percent = (part: number, whole: number, digits = 1) => `${((100 * part) / whole).toFixed(digits)} %`;
  const row = (title: string, key: string, cell: (split: SplitStatistics) => string) => `| ${title} | ${columns.map(cell).join(' | ')} | ${reference[key] ?? ''} |`;
  const table = [
    `| | ${splitNames.join(' | ')} | CMeEE-V2 train |`,
    '| --- | --- | --- | --- | --- |',
    row('documents', 'documents', (s) => s.documents.toLocaleString('en')),
    row('characters a document, mean', 'characters', (s) => (s.characters / s.documents).toFixed(1)),
    row('longest document', 'longest', (s) => s.textLength.max.toLocaleString('en')),
    row('entities', '', (s) => s.entities.toLocaleString('en')),
    row('entities a document, mean', 'entities', (s) => (s.entities / s.documents).toFixed(2)),
    row('inside another', 'inside', (s) => percent(s.nested, s.entities)),
    row('containing another', 'containing', (s) => percent(s.containing, s.entities)),
    row('inside or containing', 'either', (s) => percent(s.nestedOrContaining, s.entities)),
    row('short / medium / long', 'lengths', (s) => `${[s.lengths.short, s.lengths.medium, s.lengths.long].map((n) => ((100 * n) / s.entities).toFixed(0)).join(' / ')} %`),
    row(typeOrder.join(' / '), 'types', (s) => `${typeOrder.map((type) => ((100 * (s.types[type]?.count ?? 0)) / s.entities).toFixed(1)).join(' / ')} %`),
    row('distinct mentions unseen in train', '', (s) => (s.seenInTrain ? percent(s.seenInTrain.distinctMentions - s.seenInTrain.mentions, s.seenInTrain.distinctMentions) : '')),
  ];
  const dictionary = new Dictionary(corpus.splits.train ?? []);
  const test = corpus.splits.test ?? [];
  const scores = dictionaryKinds.map((kind) => {
    const { precision, recall, f1 } = score(test, test.map((document) => dictionary.predict(document, kind))).micro;
    return `| ${kind} | ${precision.toFixed(3)} | ${recall.toFixed(3)} | ${f1.toFixed(3)} |`;
  });
  return [...table, '', '| dictionary look-up, strict micro on test | precision | recall | F1 |', '| --- | --- | --- | --- |', ...scores].join('\n');
}

if (require.main === module) {
  void loadCorpus('sample').then((corpus) => process.stdout.write(`${describeSample(corpus)}\n`));
}
