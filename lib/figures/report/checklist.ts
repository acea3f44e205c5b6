import type { ReportTable } from './collect';
import {
  backendText, commitText, configFields, gibibytes, hardwareText, inOrder, notRecorded, secondsText, type ReportRecord, type SplitRecord,
} from './record';

/** An item of the checklist: what a record says of it, and how those of many records read together (default: the distinct ones). */
interface Item {
  name: string;
  of(record: ReportRecord): string | number | undefined;
  together?(values: (string | number)[]): string;
}

const numbers = (values: (string | number)[]): number[] => values.map(Number);
const total = (values: (string | number)[]): number => numbers(values).reduce((sum, value) => sum + value, 0);
const most = (values: (string | number)[]): number => Math.max(...numbers(values));

const parts = (record: ReportRecord): [string, SplitRecord][] => inOrder(record.data?.parts);
const hashes = (record: ReportRecord, of: 'ids' | 'content'): string | undefined =>
  parts(record).map(([name, part]) => `${name} ${part[of].slice(0, 12)}`).join(', ') || undefined;
const config = (record: ReportRecord, field: string): string | undefined => configFields(record.config).find(([name]) => name === field)?.[1];

/** What a reader needs to run it again, after the reproducibility checklists of NeurIPS and ACL. */
const items: Item[] = [
  { name: 'Seeds', of: ({ config: { seed } }) => seed },
  { name: 'Data: corpus and parts', of: (record) => parts(record).map(([name, { source, documents, entities }]) => `${name} ${documents.toLocaleString('en')} documents, ${entities.toLocaleString('en')} entities (${source})`).join('; ') || undefined },
  { name: 'Data: hashes of the parts\' document ids', of: (record) => hashes(record, 'ids') },
  { name: 'Data: hashes of texts and entities', of: (record) => hashes(record, 'content') },
  { name: 'Data: notes on the corpus', of: ({ data }) => data?.notes && (data.notes.join('; ') || 'none') },
  { name: 'Model: variant', of: ({ config: { variant } }) => variant },
  { name: 'Model: starting weights', of: (record) => config(record, 'model.encoder.weights') ?? (record.config.model ? 'random' : undefined) },
  { name: 'Model: trainable numbers', of: ({ parameters }) => parameters, together: (values) => range(values, (value) => value.toLocaleString('en')) },
  { name: 'Hyper-parameters', of: (record) => (record.config.training ? configFields(record.config).length : undefined), together: (values) => `every field, ${range(values, String)} a run: open a run's configuration` },
  { name: 'Hyper-parameters: search', of: () => undefined },
  { name: 'Updates', of: ({ training }) => training?.step, together: (values) => range(values, (value) => value.toLocaleString('en')) },
  { name: 'Precision', of: ({ config: { precision } }) => (typeof precision === 'string' ? precision : undefined) },
  { name: 'Code: commit', of: commitText },
  { name: 'Software: backend', of: backendText },
  { name: 'Software: Node', of: ({ node }) => node },
  { name: 'Hardware', of: hardwareText },
  { name: 'Compute: time of training', of: ({ seconds }) => seconds?.training, together: (values) => `${secondsText(total(values))} in all, ${secondsText(most(values))} the longest run` },
  { name: 'Compute: processor time of training', of: ({ training }) => training?.processorSeconds, together: (values) => `${secondsText(total(values))} in all` },
  { name: 'Compute: peak memory', of: ({ peakMemory }) => peakMemory, together: (values) => gibibytes(most(values)) },
  { name: 'Compute: peak memory of tensors', of: ({ peakTensorBytes }) => peakTensorBytes ?? undefined, together: (values) => gibibytes(most(values)) },
  { name: 'Compute: energy', of: () => undefined },
  { name: 'Result: hash of the predictions', of: ({ predictions }) => predictions?.slice(0, 12) },
  { name: 'Result: hash of the trained weights', of: ({ weights }) => weights?.slice(0, 12) },
  { name: 'Result: command that makes it again', of: ({ command }) => command, together: (values) => `${new Set(values).size} commands: open a run` },
];

/** At most this many different values are told one by one. */
const told = 4;

function range(values: (string | number)[], text: (value: number) => string): string {
  const [least, greatest] = [Math.min(...numbers(values)), most(values)];
  return least === greatest ? text(least) : `${text(least)} to ${text(greatest)}`;
}

function distinct(values: (string | number)[]): string {
  const different = [...new Set(values)];
  if (different.every((value) => typeof value === 'number')) return different.sort((a, b) => Number(a) - Number(b)).join(', ');
  return different.length <= told ? different.join('; ') : `${different.slice(0, told).join('; ')}; and ${different.length - told} others`;
}

/** What the records of some runs tell, item by item, and what they do not. */
export function checklist(records: readonly ReportRecord[], title: string): ReportTable {
  return {
    title,
    columns: [{ header: 'item' }, { header: 'recorded' }, { header: 'what' }],
    rows: items.map(({ name, of, together = distinct }) => {
      const values = records.map(of).filter((value): value is string | number => value !== undefined);
      const share = values.length === 0 ? notRecorded : values.length === records.length ? 'in every run' : `in ${values.length} of ${records.length} runs`;
      return [name, share, values.length ? together(values) : '–'];
    }),
    footnotes: [],
  };
}
