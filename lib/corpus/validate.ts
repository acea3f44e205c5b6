import { mentionTexts, sharedDocuments } from './overlap';
import { inspect } from './load';
import { locate } from './locate';
import { slicer } from './offsets';
import { problem, severities, type Problem, type Severity } from './problems';
import { splitNames, type Document, type Entity, type SourceFile, type SplitName } from './types';
import type { ReadFile } from './read';

export interface Validation {
  corpus: string;
  files: SourceFile[];
  documents: number;
  entities: number;
  /** Errors first; within a severity in the order of the files. */
  problems: Problem[];
  counts: Record<Severity, number>;
  notes: string[];
}

/** A document with where it stands, and what messages call it: its id, where the file prints ids. */
interface Placed {
  document: Document;
  name: string;
  file: string;
  place: string;
}

/**
 * Finds everything wrong with a corpus, by file and record, and reads only. An error is what loading refuses; a warning is
 * what a careful user would want mended or explained; an info is a fact about the splits. Documents that stand in the corpus
 * `against` too, labelled there or not, are warnings.
 *
 * @throws InputError when a corpus is not there, or no text can be read from the other.
 */
export function validateCorpus(idOrPath: string, against?: string): Validation {
  const location = locate(idOrPath);
  const problems: Problem[] = [];
  const inspected = inspect(location, (file, error) => problems.push(problem('unreadable', file, '', error.message.replace(`${file}: `, ''))));
  const notes = [...location.notes];
  const splits: Partial<Record<SplitName, Placed[]>> = {};
  for (const split of splitNames) {
    const files = inspected[split];
    if (!files) continue;
    const documents = files.flatMap(placed);
    splits[split] = documents;
    for (const read of files) {
      problems.push(...read.problems);
      notes.push(...read.notes);
    }
    problems.push(...documents.flatMap(documentProblems), ...repeatedDocuments(documents));
  }
  problems.push(...betweenSplits(splits));
  if (against !== undefined) {
    const other = readOther(against);
    problems.push(...sharedWith(Object.values(splits).flat(), other.splits));
    notes.push(...other.notes);
  }
  const order = (severity: Severity) => severities.indexOf(severity);
  problems.sort((a, b) => order(a.severity) - order(b.severity));
  const counts = Object.fromEntries(severities.map((severity) => [severity, problems.filter((found) => found.severity === severity).length])) as Record<Severity, number>;
  const documents = Object.values(splits).flat();
  return {
    corpus: location.id,
    files: Object.values(inspected).flat().map(({ source }) => source),
    documents: documents.length,
    entities: documents.reduce((sum, { document }) => sum + document.entities.length, 0),
    problems,
    counts,
    notes,
  };
}

function placed({ documents, places, source, printedIds }: ReadFile): Placed[] {
  return documents.map((document, i) => ({ document, name: printedIds ? `document ${document.id}` : places[i], file: source.path, place: places[i] }));
}

/** What can be seen in one document. */
function documentProblems({ document: { text, entities }, file, place }: Placed): Problem[] {
  const found: Problem[] = [];
  if (text.trim() === '') found.push(problem('empty-document', file, place, 'the text is empty'));
  const odd = /[\ufffd\ue000-\uf8ff]|(?![\t\n\r])\p{Cc}/u.exec(text)?.[0];
  if (odd !== undefined) {
    const code = `U+${(odd.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`;
    found.push(problem('odd-character', file, place, `the text holds ${code}, ${odd === '\ufffd' ? 'which stands for a character lost before publication' : 'a control or private-use character'}`));
  }
  const slice = slicer(text);
  const name = ({ start, end, type }: Entity) => `${type} [${start}, ${end}) "${slice(start, end)}"`;
  const typesBySpan = new Map<string, Set<string>>();
  for (const entity of entities) {
    const mention = slice(entity.start, entity.end);
    if (mention !== mention.trim()) found.push(problem('edge-space', file, place, `${name(entity)} begins or ends with white space`));
    const span = `${entity.start} ${entity.end}`;
    const types = typesBySpan.get(span) ?? new Set();
    if (types.has(entity.type)) found.push(problem('duplicate-entity', file, place, `${name(entity)} is there more than once`));
    else if (types.size > 0) found.push(problem('two-types', file, place, `${name(entity)} is also ${[...types].join(', ')}`));
    typesBySpan.set(span, types.add(entity.type));
  }
  for (const [a, b] of crossingPairs(entities)) found.push(problem('crossing', file, place, `${name(a)} and ${name(b)} cross`));
  return found;
}

/** The pairs themselves, a sweep from left to right over the entities that are open. */
function crossingPairs(entities: Entity[]): [Entity, Entity][] {
  const pairs: [Entity, Entity][] = [];
  let open: Entity[] = [];
  for (const entity of [...entities].sort((a, b) => a.start - b.start)) {
    open = open.filter(({ end }) => end > entity.start);
    for (const earlier of open) if (earlier.start < entity.start && earlier.end < entity.end) pairs.push([earlier, entity]);
    open.push(entity);
  }
  return pairs;
}

function repeatedDocuments(documents: Placed[]): Problem[] {
  const first = new Map<string, Placed>();
  return documents.flatMap((here) => {
    const earlier = first.get(here.document.text);
    if (!earlier) first.set(here.document.text, here);
    return earlier ? [problem('duplicate-document', here.file, here.place, `has the same text as ${earlier.place} of ${earlier.file}`)] : [];
  });
}

/** Documents and mentions that splits share, and types that train lacks. */
function betweenSplits(splits: Partial<Record<SplitName, Placed[]>>): Problem[] {
  const found: Problem[] = [];
  for (const [i, later] of splitNames.entries()) {
    const here = splits[later];
    if (!here) continue;
    const documents = here.map(({ document }) => document);
    const places = new Map(here.map((place) => [place.document, place]));
    for (const earlier of splitNames.slice(0, i)) {
      const others = splits[earlier]?.map(({ document }) => document);
      if (!others) continue;
      for (const { a, b } of sharedDocuments(documents, others)) {
        const { file, place } = places.get(a) as Placed;
        found.push(problem('shared-document', file, place, `the text is also document ${b.id} of ${earlier}`));
      }
      const mentions = mentionTexts(documents);
      const known = mentionTexts(others);
      if (mentions.size === 0 || known.size === 0) continue;
      const shared = [...mentions].filter((mention) => known.has(mention)).length;
      found.push(problem('shared-mentions', here[0].file, '', `${shared} of ${later}'s ${mentions.size} distinct mentions also stand in ${earlier}`));
    }
    if (later !== 'train' && splits.train) found.push(...unseenTypes(here, splits.train, later));
  }
  return found;
}

/** The splits of a corpus of which only the texts matter, and what a reader should know of them. */
function readOther(idOrPath: string): { splits: Placed[][]; notes: string[] } {
  const splits = Object.values(inspect(locate(idOrPath)));
  const errors = splits.flat().flatMap(({ problems }) => problems).filter(({ severity }) => severity === 'error').length;
  const notes = errors ? [`${idOrPath}: ${errors} errors, and a record that cannot be read is not compared; \`medner data validate ${idOrPath}\` lists them`] : [];
  return { splits: splits.map((files) => files.flatMap(placed)), notes };
}

/** Documents that splits of another corpus hold too. */
function sharedWith(own: Placed[], others: Placed[][]): Problem[] {
  const places = new Map([...own, ...others.flat()].map((place) => [place.document, place]));
  const documents = own.map(({ document }) => document);
  return others.flatMap((other) =>
    sharedDocuments(documents, other.map(({ document }) => document)).map(({ a, b }) => {
      const [here, there] = [a, b].map((document) => places.get(document) as Placed);
      return problem('shared-document', here.file, here.name, `the text is also ${there.name} of ${there.file}`);
    }),
  );
}

function unseenTypes(documents: Placed[], train: Placed[], split: SplitName): Problem[] {
  const trained = new Set(train.flatMap(({ document }) => document.entities.map(({ type }) => type)));
  const reported = new Set<string>();
  const found: Problem[] = [];
  for (const { document, file, place } of documents) {
    for (const { type } of document.entities) {
      if (trained.has(type) || reported.has(type)) continue;
      reported.add(type);
      found.push(problem('unseen-type', file, place, `the type "${type}" of ${split} does not occur in train`));
    }
  }
  return found;
}
