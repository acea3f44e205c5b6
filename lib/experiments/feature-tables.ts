import { askedAsNow, type FeatureTotals } from '../llm';
import { channelNotes } from './channel-notes';
import type { MeasuredRow } from './comparison';
import { notComparable } from './comparison-tables';
import type { ExperimentRequest } from './experiment';
import { corpusNotes, count, none, partsText } from './format';
import { profile } from './profiles';
import { answersByRule, modelCell, type WholeFeatures } from './provided-features';
import { outOfReachNotes, pNote, rowSetNotes, trainingNotes } from './row-notes';
import { right, type Table } from './table';
import { onNumber, toleranceText } from './verdict';

type Causes = FeatureTotals['rejected'];

const all = (causes: Causes): number => Object.values(causes).flatMap((counts) => Object.values(counts)).reduce((total, value) => total + value, 0);

/** An amount of the price list's currency. */
export const amount = (value: number | null): string => (value === null ? none : value === 0 ? '0' : value.toPrecision(4));

/** Tokens of questions and answers together, where the server told them. */
export const tokenCount = ({ tokens }: FeatureTotals): string => (tokens ? count(tokens.prompt + tokens.completion) : none);

/** What features cost, for the main table. */
export const costColumns = ['calls', 'tokens', 'cost', 'rejects'].map(right);
export const costCells = ({ loaded: { totals, record } }: WholeFeatures): string[] => [count(totals.requests), tokenCount(totals), amount(record.cost), count(all(totals.rejected))];

/** What asking for features took, provider by provider. */
export function costTable(provided: readonly WholeFeatures[]): Table {
  return {
    title: 'What the features cost',
    columns: [
      { header: 'features' }, { header: 'model' }, ...['entries', 'texts', 'calls', 'asked again', 'prompt tokens', 'reply tokens', 'not told', 'price', 'cost', 'rejects', 'left out'].map(right),
      ...['no enhanced text', 'keywords', 'relations'].map(right), { header: 'sampling' }, { header: 'content' },
    ],
    rows: provided.map((one) => {
      const { provider, identity: { retrieval, sampling }, record, loaded: { totals, record: { cost, content } } } = one;
      const { prompt, completion } = totals.tokens ?? {};
      return [
        provider, modelCell(one), retrieval ? count(retrieval.entries) : none, count(totals.documents), count(totals.requests), count(totals.reasked),
        ...[prompt, completion].map((tokens) => (tokens === undefined ? none : count(tokens))), count(totals.uncounted),
        record?.price ? `${record.price.prompt} + ${record.price.completion}` : none, amount(cost), count(all(totals.rejected)), count(all(totals.leftOut)),
        count(totals.withoutEnhanced), count(totals.keywords), count(totals.relations),
        answersByRule(one) ? none : `${sampling.temperature}, ${sampling.topP}, ${count(sampling.maxTokens)}`, content.slice(0, 8),
      ];
    }),
    footnotes: [
      'Of the distinct texts of these runs, as the features\' own lines tell it. A reply that came from the cache counts as it did when it was paid for. not told: replies whose tokens ' +
        'the server did not count; a cost is then not known. price: per million tokens of questions and of replies, as data/llm.yaml had it. entries: most lexicon entries that went with a question.',
      'rejects: answers, or parts of them, that did not pass a check, of first and second answers; left out: what is missing for it in the end. no enhanced text: texts without a usable one. ' +
        'sampling: temperature, top-p, most tokens of a reply. content: the beginning of the hash of what was told, which is part of the runs\' keys.',
    ],
  };
}

/** Rejects by prompt and cause; none where there are none. */
export function rejectTables(provided: readonly WholeFeatures[]): Table[] {
  const rows = provided.flatMap(({ provider, loaded: { totals: { rejected, leftOut } } }) => {
    const prompts = [...new Set([...Object.keys(rejected), ...Object.keys(leftOut)])].sort();
    return prompts.flatMap((prompt) => {
      const causes = [...new Set([...Object.keys(rejected[prompt] ?? {}), ...Object.keys(leftOut[prompt] ?? {})])].sort() as (keyof Causes[string])[];
      return causes.map((cause) => [provider, prompt, cause, count(rejected[prompt]?.[cause] ?? 0), count(leftOut[prompt]?.[cause] ?? 0)]);
    });
  });
  if (rows.length === 0) return [];
  return [{
    title: 'What was not taken of the answers',
    columns: [{ header: 'features' }, { header: 'prompt' }, { header: 'cause' }, right('rejects'), right('left out')],
    rows,
    footnotes: ['failed-validation: the first answer was in form, and no reject; the model\'s second look disowned it (paper A, section 4.10).'],
  }];
}

/** How the rows were trained and scored, and what may be said of the paper's numbers beside them. */
export function settingNotes(rows: readonly MeasuredRow[], request: ExperimentRequest): string[] {
  const [{ variant: name, runs: [{ data, config, backend }] }] = rows;
  const { layers, hidden, weights } = config.model.encoder;
  return [
    `Strict micro scores of ${name}, mean ± sample standard deviation over the seeds, in percent. ${partsText(data.parts)} ${pNote('', rows)}`,
    ...(rows.some(({ verdict }) => onNumber(verdict)) ? [toleranceText] : []),
    ...outOfReachNotes(rows),
    ...corpusNotes(request.corpus, data.notes),
    `Profile ${request.profile}: ${profile(request.profile).description}. Encoder here: ${layers} layers of ${hidden}, started from ${weights ?? 'random weights'}. Backend ${backend.name} (${backend.device}), ${config.precision}.`,
    ...channelNotes(rows),
    ...rowSetNotes(request.set, rows),
    ...notComparable(request, rows),
    ...trainingNotes(rows),
  ];
}

const offlineIs = 'offline-lexicon is no language model: it answers by rule from the embedded lexicon';

/** What offline-lexicon is, wherever it has a row. */
export const offlineNote = `${offlineIs}, and costs nothing.`;

/** Whose features the rows read, where they do not differ by them. */
export const providerNote = `Features are those of the provider that the runs' records name. ${offlineIs}.`;

/** Of rows whose features are word for word another's, and whose runs are therefore the same. */
export function sharingNotes(provided: readonly WholeFeatures[]): string[] {
  return provided.flatMap(({ provider, loaded: { record: { content } } }, i) => {
    const other = provided.slice(0, i).find((earlier) => earlier.loaded.record.content === content);
    return other ? [`${provider} tells of every text exactly what ${other.provider} tells: the two share their runs.`] : [];
  });
}

/** Of features that were made with questions of another wording than today's. */
export function wordingNotes(provided: readonly WholeFeatures[]): string[] {
  return provided.filter(({ identity }) => !askedAsNow(identity)).map(({ provider, identity }) =>
    `${provider} was asked in another wording (${identity.prompts.join(', ')}) than \`llm extract\` asks in today: its row differs from others by more than the model.`);
}

/** What a provider told, in numbers, for JSON: no text of a corpus. */
export function featureData({ provider, identity, texts, covered, loaded, record }: WholeFeatures): object {
  return { provider, identity, texts, covered, price: record?.price ?? null, totals: loaded.totals, cost: loaded.record.cost, content: loaded.record.content };
}
