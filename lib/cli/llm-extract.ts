import type { Command } from 'commander';
import { displayPath, InputError } from '../common';
import { loadCorpus, splitNames } from '../corpus';
import type { ChatProgress, ExtractionSummary, FeatureTotals } from '../llm';
import { paperSampling } from '../llm/types';
import { DocumentProgress } from './document-progress';
import { collect, interruptible } from './interruptible';
import { lazy } from './lazy';
import { amount, whole } from './numbers';
import { textTable } from './text-table';

interface ExtractFlags {
  model: string;
  models?: string;
  cache?: string;
  out?: string;
  ceiling?: number;
  validate?: boolean;
  retrieve?: number;
  lexicon: string[];
  limit?: number;
  maxTokens?: number;
  offline?: boolean;
  json?: boolean;
}

export function registerExtract(llm: Command): void {
  llm
    .command('extract')
    .description('paper A\'s features of every document of a corpus (enhanced text, keywords, parts of speech, relations), as a chat model tells them')
    .argument('<corpus>', 'sample, cmeee-v2, ccks2017, ccks2019, ccks2020, or a file or folder')
    .requiredOption('--model <name>', 'a name of the list; offline-lexicon answers by rule, without a list or a model')
    .option('--models <file>', 'the list of models (default: data/llm.yaml)')
    .option('--out <file>', 'NAME.jsonl; its record lies beside it as NAME.json (default: data/features/CORPUS/MODEL.jsonl, with +retrieval and +validated where asked for)')
    .option('--validate', 'a further turn in which the model checks its answers; what it disowns is left out (paper A, section 4.10)')
    .option('--retrieve <n>', 'add the n most similar lexicon entries to the questions (BM25)', whole)
    .option('--lexicon <file>', 'entries to retrieve: term<TAB>type lines, or a folder of TYPE.txt files; may be repeated (default: the embedded lexicon)', collect, [])
    .option('--max-tokens <n>', 'most new tokens of a reply (default: 1024, paper A\'s): the enhanced text of a long note may need more', whole)
    .option('--limit <n>', 'the first n distinct texts only', whole)
    .option('--ceiling <amount>', 'most that this may cost, in the currency of the list\'s prices: it stops before the call that could pass it (default: no limit)', amount)
    .option('--cache <file>', 'where requests and replies are kept (default: .cache/llm/replies.jsonl of the project)')
    .option('--offline', 'from the cache only: connect to nothing')
    .option('--json', 'the summary as JSON')
    .addHelpText('after', '\nKilled or stopped anywhere, the same command goes on where it was; replies that are kept are not paid for again.')
    .action((corpus: string, flags: ExtractFlags) => interruptible((signal) => extract(corpus, flags, signal), { checkpoints: false }));
}

async function extract(corpusName: string, flags: ExtractFlags, signal: AbortSignal): Promise<void> {
  const { checkedFeatureFile, extractCorpus, featureFile, makeRetriever, openModel, providerName } = lazy.llm();
  if (flags.lexicon.length > 0 && flags.retrieve === undefined) throw new InputError('--lexicon says where to retrieve from, but not how much: give --retrieve N too.');
  const progress = new DocumentProgress();
  const { models, cache, ceiling, offline } = flags;
  const { model, price, progress: chat } = openModel(flags.model, { models, cache, ceiling, offline, onProgress: (state, note) => progress.chatting(state, note) });
  const corpus = await loadCorpus(corpusName);
  for (const note of corpus.notes) process.stderr.write(`note: ${note}\n`);
  const retriever = flags.retrieve === undefined ? undefined : makeRetriever(flags.retrieve, flags.lexicon);
  const provider = providerName({ model: model.name, retrieval: retriever !== undefined, validated: flags.validate === true });
  const file = flags.out === undefined ? featureFile(corpusName, provider) : checkedFeatureFile(flags.out);
  try {
    const summary = await extractCorpus(splitNames.flatMap((split) => corpus.splits[split] ?? []), {
      model, price, corpus: corpusName, file, command: commandOf(corpusName, flags), validate: flags.validate, retriever, limit: flags.limit, signal,
      sampling: { ...paperSampling, maxTokens: flags.maxTokens ?? paperSampling.maxTokens },
      onProgress: (state) => progress.extraction(state),
    });
    progress.stop();
    const spent: Spent | null = chat && { answered: chat.answered, cached: chat.cached, cut: chat.cut, cost: chat.cost, unsettled: chat.unsettled };
    process.stdout.write(flags.json ? JSON.stringify({ ...summary, spent }, null, 2) + '\n' : describe(summary, spent));
  } catch (error) {
    progress.stop();
    process.stderr.write(progress.summary(displayPath(file)));
    throw error;
  } finally {
    progress.stop();
  }
}

type Spent = Pick<ChatProgress, 'answered' | 'cached' | 'cut' | 'cost' | 'unsettled'>;

/** The command that makes the file, or goes on with it, as a person would type it. */
function commandOf(corpus: string, { model, out, validate, retrieve, lexicon, maxTokens }: ExtractFlags): string {
  const quoted = (value: string): string => (/^[\w./:+-]+$/.test(value) ? value : `'${value.replaceAll('\'', '\'\\\'\'')}'`);
  return [
    'npx medner llm extract', quoted(corpus), '--model', model,
    ...(out === undefined ? [] : ['--out', quoted(out)]),
    ...(validate ? ['--validate'] : []),
    ...(retrieve === undefined ? [] : ['--retrieve', String(retrieve)]),
    ...(maxTokens === undefined ? [] : ['--max-tokens', String(maxTokens)]),
    ...lexicon.flatMap((file) => ['--lexicon', quoted(file)]),
  ].join(' ');
}

function describe({ provider, file, record, documents, texts, before, made, left, foreign, totals }: ExtractionSummary, spent: Spent | null): string {
  const { tokens, uncounted, cost } = totals;
  const rows = [
    ['documents', `${documents}, of ${texts} different texts`],
    ['features', `${made} made, ${before} there before${left > 0 ? `, ${left} left` : ''}${foreign > 0 ? `; ${foreign} lines of texts that the corpus does not have` : ''}`],
    ['without an enhanced text', String(totals.withoutEnhanced)],
    ['keywords', `${totals.keywords}; ${totals.withoutKeywords} texts without one`],
    ['relations', String(totals.relations)],
    ['questions', `${totals.requests}, ${totals.reasked} of them asked once more`],
    ['tokens', tokens ? `${tokens.prompt} + ${tokens.completion}${uncounted > 0 ? `; of ${uncounted} replies the server did not tell` : ''}` : 'not told'],
    ...(cost === null ? [] : [['cost of all', cost.toPrecision(4)]]),
    ...(spent ? [['this time', `${spent.answered} replies${spent.cut > 0 ? ` (${spent.cut} cut at the token limit)` : ''}, ${spent.cached} from the cache, cost ${spent.cost.toPrecision(4)}${spent.unsettled > 0 ? `, and up to ${spent.unsettled.toPrecision(4)} for calls that broke off` : ''}`]] : []),
  ];
  return `${provider}: ${file}, ${record}\n\n${rows.map(([label, value]) => `${label}: ${value}\n`).join('')}${causes('Not taken, first and second answers', totals.rejected)}${causes('Left out in the end', totals.leftOut)}`;
}

function causes(title: string, counts: FeatureTotals['rejected']): string {
  const rows = Object.entries(counts).flatMap(([prompt, byCause]) => Object.entries(byCause).map(([cause, count]) => [prompt, cause, String(count)]));
  return rows.length === 0 ? '' : `\n${title}:\n${textTable([['prompt', 'cause', 'number'], ...rows])}`;
}
