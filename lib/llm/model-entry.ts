import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { displayPath, inProject, InputError } from '../common';
import { LocalEntry } from './local/local-entry';
import { offlineProvider } from './offline/name';

/** Where the models that can be asked are listed; `llm.example.yaml` beside it documents the entries. */
export const defaultModelFile = inProject('data', 'llm.yaml');

const price = z.number().nonnegative();

/** One chat model behind a server that speaks OpenAI's protocol. */
export const ServerEntry = z.strictObject({
  /** As commands and tables name it. */
  name: z.string().regex(/^[\w.:-]+$/, 'must be letters, digits and . : _ - only'),
  /** Up to the version, as in http://localhost:8000/v1. A key in it would reach logs, so none may be there. */
  baseURL: z.url({ protocol: /^https?$/, error: 'must be an http or https address such as http://localhost:8000/v1' }).refine(
    (address) => !URL.canParse(address) || ['username', 'password', 'search', 'hash'].every((part) => new URL(address)[part as 'search'] === ''),
    'must hold no user, password, ? or #; a key belongs into the environment variable that `keyVariable` names',
  ),
  /** As the server names it. */
  model: z.string().min(1),
  /** The environment variable that holds the key; null for servers that take none. */
  keyVariable: z.string().regex(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable, not a key').nullable(),
  /** Per million tokens, all models in one currency, which is the cost ceiling's too; 0 for one's own server. */
  price: z.strictObject({ prompt: price, completion: price }),
  /** Tokens that prompt and reply may have together. */
  context: z.int().positive(),
  /** Calls at the same time. */
  concurrency: z.int().positive().default(4),
  /** A call that takes longer is repeated. Node's own limit is 300. */
  timeoutSeconds: z.number().positive().max(300).default(120),
  /** Further fields of the request's body, for what only some servers know (Qwen 3's `enable_thinking`). */
  body: z.record(z.string(), z.json()).default({}),
});
export type ServerEntry = z.infer<typeof ServerEntry>;

/** A model of the list: behind a server, or in a folder of this machine. */
export type ModelEntry = ServerEntry | LocalEntry;

export const isLocal = (entry: ModelEntry): entry is LocalEntry => 'folder' in entry;

/** By its fields, so that messages speak of the kind that was meant. */
const ModelEntry = z.unknown().transform((value, context): ModelEntry => {
  const kind = typeof value === 'object' && value !== null && 'folder' in value ? LocalEntry : ServerEntry;
  const parsed = kind.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
  return z.NEVER;
});

/** What the client itself sets. */
const ownFields = ['model', 'messages', 'temperature', 'top_p', 'max_tokens', 'stream', 'n'];

/** @throws InputError naming file, entry and field, what it must be and what to do */
export function readModels(file = defaultModelFile): ModelEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const advice = 'copy data/llm.example.yaml there and keep the entries you use';
    throw new InputError(`${displayPath(file)}: cannot be read (${(error as NodeJS.ErrnoException).code}); ${advice}`);
  }
  return parseModels(text, displayPath(file));
}

/** @param label the file's name, for messages */
export function parseModels(text: string, label: string): ModelEntry[] {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    // The position only: the lines that the parser quotes may hold a key that was put there by mistake.
    const [start] = (error as { linePos?: { line: number; col: number }[] }).linePos ?? [];
    throw new InputError(`${label}${start ? `:${start.line}:${start.col}` : ''}: is not YAML; compare it with data/llm.example.yaml`);
  }
  const parsed = z.strictObject({ models: z.array(ModelEntry).min(1) }).safeParse(value);
  if (!parsed.success) {
    const named = (path: readonly PropertyKey[]): string => {
      const entry = path[0] === 'models' && typeof path[1] === 'number' ? (value as { models: { name?: unknown }[] }).models[path[1]] : undefined;
      return `${path.join('.') || 'the file'}${typeof entry?.name === 'string' && path[2] !== 'name' ? ` (${entry.name})` : ''}`;
    };
    const problems = parsed.error.issues.map(({ path, message }) => `${named(path)}: ${message}`);
    throw new InputError(`${label}: ${problems.join('; ')}; data/llm.example.yaml documents the fields`);
  }
  const { models } = parsed.data;
  for (const [i, entry] of models.entries()) {
    const { name } = entry;
    if (name === offlineProvider) throw new InputError(`${label}: models.${i} is named ${name}, which is the rule-based provider's name; rename it`);
    if (models.findIndex((other) => other.name === name) !== i) throw new InputError(`${label}: two models are named ${name}; rename one`);
    const own = isLocal(entry) ? undefined : Object.keys(entry.body).find((field) => ownFields.includes(field));
    if (own) throw new InputError(`${label}: models.${i}.body (${name}) sets ${own}, which the request sets; remove it there`);
  }
  return models;
}

export function modelNamed(models: readonly ModelEntry[], name: string, file = defaultModelFile): ModelEntry {
  const entry = models.find((model) => model.name === name);
  if (!entry) throw new InputError(`${displayPath(file)} has no model ${name}; it has ${models.map((model) => model.name).join(', ')}`);
  return entry;
}

/** What tokens cost, at prices per million. */
export const tokenCost = (tokens: ServerEntry['price'], price: ServerEntry['price']): number => (tokens.prompt * price.prompt + tokens.completion * price.completion) / 1e6;

/** The key's value; undefined where it is not set. */
export function keyOf({ keyVariable }: ServerEntry): string | undefined {
  return (keyVariable !== null && process.env[keyVariable]?.trim()) || undefined;
}
