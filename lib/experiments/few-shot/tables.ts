import { codePointLength } from '../../common';
import type { Document } from '../../corpus';
import { fewShotEntitiesPrompt, paperSampling, promptId } from '../../llm';
import { channelNotes } from '../channel-notes';
import type { RunData } from '../data';
import type { ExperimentRequest } from '../experiment';
import { corpusNotes, count, none, percent, percentSpread, setNotes } from '../format';
import { otherDataset } from '../paper';
import { auditNotes } from '../audited';
import { paperCells, paperHeaders } from '../score-cells';
import { partsNote, scoreParts } from '../score-parts';
import { spread } from '../statistics';
import { right, type Table } from '../table';
import type { FewShotConfig } from './config';
import { printedFigures } from './printed';
import { resampling, type Answers, type DirectRow } from './rows';

/** What the tables tell of besides the rows. */
export interface Setting {
  request: ExperimentRequest;
  config: FewShotConfig;
  data: RunData;
  /** The examples, where they are the same before each text. */
  examples: readonly Document[] | null;
  /** Training documents that are no examples, since they hold a scored text or one that chooses the epoch. */
  heldBack: number;
}

/** Table 8 with the paper's figures beside, where the rows differ, and what was not taken of the answers. */
export function directTables(rows: readonly DirectRow[], setting: Setting): Table[] {
  return [main(rows, setting), parts(rows, setting.data.types), leftOut(rows)];
}

function main(rows: readonly DirectRow[], setting: Setting): Table {
  const { corpus, profile } = setting.request;
  return {
    title: `Paper A, Table 8: ${corpus}, ${profile}`,
    columns: [
      { header: 'model' }, ...['P', 'R', 'F1', 'F1, 95 %', 'tokens', 'cost', ...paperHeaders(corpus)].map(right), { header: "paper's figures" }, { header: 'ours' },
    ],
    rows: rows.map(({ label, status, printed, measured, answers }) => {
      const theirs = printed ? printedFigures(printed, corpus) : null;
      return [
        label,
        ...(measured ? [measured.precision, measured.recall, measured.f1].map(percentSpread) : [none, none, none]),
        measured ? measured.interval.f1.map(percent).join(' to ') : none,
        answers ? tokensOf(answers) : none,
        answers?.cost == null ? none : answers.cost.toPrecision(3),
        ...paperCells(theirs),
        theirs ? printed!.quoted[theirs.dataset] ?? 'its own' : none,
        status,
      ];
    }),
    footnotes: footnotes(rows, setting),
  };
}

function tokensOf({ requests, uncounted, tokens: { prompt, completion } }: Answers): string {
  return uncounted === requests ? none : `${uncounted > 0 ? '≥ ' : ''}${count(prompt)} + ${count(completion)}`;
}

function footnotes(rows: readonly DirectRow[], { request: { corpus, set }, config, data, examples, heldBack }: Setting): string[] {
  const { scored, train } = data.records;
  const other = otherDataset(corpus);
  const beside = rows.flatMap(({ label, printed, answers }) => (answers && printed ? [`Paper's figures beside ${label}: "${printed.row}", of which version it does not say.`] : []));
  return [
    `Strict micro scores in percent on ${count(scored.documents)} documents (${scored.source}; ${count(scored.entities)} entities), the same for each row. 95 %: percentile interval of F1 over ` +
      `${count(resampling.resamples)} resamples of documents; it knows nothing of another wording, other examples or another draw of answers.`,
    `${promptId(fewShotEntitiesPrompt)}, one question a document and no second one, temperature ${paperSampling.temperature}, top-p ${paperSampling.topP}, at most ${count(paperSampling.maxTokens)} new tokens. ` +
      shown(config, examples, data),
    `Examples are of the ${count(train.documents)} training documents only${heldBack > 0 ? `, without ${count(heldBack)} that hold a text of another part` : ''}.`,
    'The n-th listing of the same words with the same type is their n-th occurrence in the text, as the prompt asks: what is listed once is found once. What the text does not hold, or of a type that was not asked for, is left out.',
    'Dictionary matching finds the longest terms of the embedded lexicon by rule. It is no language model: what a model adds is what it has above that.',
    ...beside,
    ...(rows.some(({ status }) => /not asked|no such model/.test(status))
      ? ["not run: nobody was asked. List the model in data/llm.yaml (data/llm.example.yaml shows how), then --set 'fewShot.models=[\"NAME\"]' --set fewShot.ceiling=AMOUNT asks it; replies are kept and never paid for twice."]
      : []),
    'quoted: paper A gives figures of others, who asked or fine-tuned (LoRA) those models with prompts, examples and documents of their own choice. Of its own it prints no prompt, and neither how many examples nor which documents.',
    ...auditNotes(rows.map(({ label, printed }) => ({ label, paper: printed ? printedFigures(printed, corpus) : null }))),
    ...(other ? [`The paper's figures are those on ${other}, beside another corpus's for orientation.`] : []),
    ...(rows.some(({ answers }) => answers?.cost != null) ? ['Tokens (prompts + completions) as the servers counted them, cost at the prices of llm.yaml, of all replies whenever they were made.'] : []),
    ...rows.flatMap(({ label, runs }) => (runs ? [`${label}: runs ${runs.map(({ key }) => key).join(', ')}, trained on ${count(runs[0].data.parts.train.documents)} documents, scored here on those of the other rows; mean ± sample standard deviation over seeds.`] : [])),
    ...corpusNotes(corpus, data.notes),
    ...channelNotes(rows.flatMap(({ runs }) => (runs ? [{ runs }] : []))),
    ...setNotes(set),
  ];
}

function shown({ examples: number, selection, seed }: FewShotConfig, examples: readonly Document[] | null, { types }: RunData): string {
  if (number === 0) return 'No examples.';
  if (!examples) return `Before each text the ${number} training documents most like it (${selection}, BM25 over pairs of characters), the likest last.`;
  const present = new Set(examples.flatMap(({ entities }) => entities.map(({ type }) => type)));
  const length = examples.reduce((sum, { text }) => sum + codePointLength(text), 0);
  return `The same ${examples.length} examples before each text (${selection}, seed ${seed}): they show ${present.size} of ${types.length} types in ${count(length)} characters.`;
}

function parts(rows: readonly DirectRow[], types: readonly string[]): Table {
  const { parts: columns, empty } = scoreParts(types, rows.flatMap(({ measured }) => measured?.scores ?? []));
  return {
    title: 'Where they differ: F1 by part',
    columns: [{ header: 'model' }, ...columns.map(([header]) => right(header))],
    rows: rows.flatMap(({ label, measured }) => (measured ? [[label, ...columns.map(([, of]) => percent(spread(measured.scores.map((scores) => of(scores)?.f1 ?? 0)).mean))]] : [])),
    footnotes: [partsNote(empty)],
  };
}

function leftOut(rows: readonly DirectRow[]): Table {
  const counted = rows.flatMap(({ label, answers }) => (answers ? [{ label, ...answers }] : []));
  const causes = [...new Set(counted.flatMap((row) => Object.keys(row.leftOut)))].sort();
  return {
    title: 'What was not taken of the answers',
    columns: [{ header: 'model' }, right('answers'), ...causes.map(right)],
    rows: counted.map((row) => [row.label, count(row.requests), ...causes.map((cause) => count(row.leftOut[cause] ?? 0))]),
    footnotes: ['Listings by why they were left out. unreadable: answers with nothing in the asked format; withheld: those that a content filter kept back.'],
  };
}
