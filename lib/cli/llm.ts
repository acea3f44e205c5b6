import type { Command } from 'commander';
import { inProject } from '../common';
import { paperSampling } from '../llm/types';
import { interruptible } from './interruptible';
import { lazy } from './lazy';
import { registerExtract } from './llm-extract';
import { amount } from './numbers';
import { textTable } from './text-table';

interface AskOptions {
  models?: string;
  cache?: string;
  system?: string;
  ceiling?: number;
  offline?: boolean;
}

export function register(program: Command): void {
  const llm = program.command('llm').description('chat models, as data/llm.yaml lists them');
  const models = ['--models <file>', 'the list of models (default: data/llm.yaml)'] as const;
  llm
    .command('models')
    .description('the models of the list, and whether their keys are set')
    .option(...models)
    .option('--json', 'as JSON')
    .action((options: { models?: string; json?: boolean }) => {
      const { isLocal, keyOf, priceOf, readModels } = lazy.llm();
      const rows = readModels(options.models).map((entry): ModelRow => {
        const { name, context } = entry;
        if (isLocal(entry)) return { name, model: entry.dtype, folder: entry.folder, keyVariable: null, keySet: null, price: priceOf(entry), context };
        const { model, baseURL, keyVariable, price } = entry;
        return { name, model, baseURL, keyVariable, keySet: keyVariable === null ? null : keyOf(entry) !== undefined, price, context };
      });
      process.stdout.write(options.json ? JSON.stringify(rows, null, 2) + '\n' : describe(rows));
    });
  llm
    .command('prompts')
    .description("the text of each prompt that features are asked with, by the id that records name, with {…} in the places of data")
    .option('--save', 'keep them in data/prompts.json beside those of former versions')
    .action(({ save }: { save?: boolean }) => {
      const { currentPrompts, savePrompts } = lazy.llm();
      process.stdout.write(JSON.stringify(save ? savePrompts() : currentPrompts(), null, 2) + '\n');
    });
  llm
    .command('ask')
    .argument('<model>', 'a name of the list')
    .argument('<text>', 'what to ask')
    .description('asks a model, with the paper\'s sampling; the same question again is answered from the cache')
    .option(...models)
    .option('--system <text>', 'a system message before it')
    .option('--cache <file>', 'where requests and replies are kept (default: .cache/llm/replies.jsonl of the project)')
    .option('--ceiling <amount>', 'most that this may cost, in the currency of the list\'s prices (default: no limit)', amount)
    .option('--offline', 'from the cache only: connect to nothing')
    .action((name: string, text: string, options: AskOptions) =>
      interruptible((signal) => ask(name, text, options, signal), { checkpoints: false }));
  registerExtract(llm);
}

async function ask(name: string, text: string, { models, cache, system, ceiling, offline }: AskOptions, signal: AbortSignal): Promise<void> {
  const { Budget, ChatClient, modelNamed, readModels } = lazy.llm();
  const client = new ChatClient(modelNamed(readModels(models), name, models), {
    cache: cache ?? inProject('.cache', 'llm', 'replies.jsonl'),
    offline,
    budget: new Budget(ceiling),
    onProgress: (_, note) => note && process.stderr.write(`${note}\n`),
  });
  const before = system === undefined ? [] : [{ role: 'system' as const, content: system }];
  const reply = await client.chat({ messages: [...before, { role: 'user', content: text }], ...paperSampling }, signal);
  process.stdout.write(`${reply.text}\n`);
  const { cut, cost, unsettled } = client.progress;
  const tokens = reply.usage ? `${reply.usage.prompt} + ${reply.usage.completion} tokens` : 'tokens not told';
  const paid = reply.cached ? 'from the cache' : `cost ${cost.toPrecision(3)}${unsettled ? `, and up to ${unsettled.toPrecision(3)} for calls that broke off` : ''}`;
  process.stderr.write(`${tokens}, ${paid}${cut ? `; cut at ${paperSampling.maxTokens} tokens` : ''}\n`);
}

interface ModelRow {
  name: string;
  model: string;
  baseURL?: string;
  folder?: string;
  keyVariable: string | null;
  keySet: boolean | null;
  price: { prompt: number; completion: number };
  context: number;
}

function describe(rows: readonly ModelRow[]): string {
  return textTable([
    ['name', 'model', 'address', 'key', 'price per million', 'context'],
    ...rows.map(({ name, model, baseURL, folder, keyVariable, keySet, price, context }) => [
      name,
      model,
      baseURL ?? folder!,
      keySet === null ? 'none needed' : `${keyVariable} ${keySet ? 'is set' : 'is not set'}`,
      `${price.prompt} + ${price.completion}`,
      String(context),
    ]),
  ]);
}
