import * as path from 'node:path';
import { displayPath, holderText, InputError, Interrupted, JobError, Random } from '../common';
import { claim } from './asking';
import { Budget } from './budget';
import { LocalGenerator } from './local/generator';
import { localIdentity } from './local/local-entry';
import { isLocal, tokenCost, type ModelEntry, type ServerEntry } from './model-entry';
import { ReplyCache, requestKey, type KeptReply, type KeptRequest } from './reply-cache';
import { defaultRetries, systemClock, Transient, withRetries, type Clock, type RetryOptions } from './retry';
import { ChatServer, FailedCall, Withheld, type Answer, type Answerer } from './server';
import { Slots } from './slots';
import { fewestPromptTokens, mostPromptTokens } from './token-bounds';
import type { ChatModel, ChatReply, ChatRequest, ModelIdentity } from './types';

/** How often a reply that another process waits for is looked for: calls take seconds. */
const pollMilliseconds = 100;

/** What was asked so far. */
export interface ChatProgress {
  /** Replies that a server gave. */
  answered: number;
  /** Replies read from the cache. */
  cached: number;
  /** Attempts that failed and were repeated. */
  retries: number;
  /** Replies that the token limit cut. */
  cut: number;
  /** As the server counted them, failed attempts included. */
  promptTokens: number;
  completionTokens: number;
  /** In the currency of llm.yaml's prices. */
  cost: number;
  /** The most that calls which broke off may have cost besides. */
  unsettled: number;
}

/** Offline, and no reply to the request is kept. */
export class ReplyNotKept extends InputError {}

export interface ChatClientOptions {
  /** Where requests and replies are kept; several models and processes may share it. */
  cache: string | ReplyCache;
  /** The job's; models may share it. Without one there is no ceiling. */
  budget?: Budget;
  /** Never connect: what the cache lacks is an error. */
  offline?: boolean;
  retries?: Partial<RetryOptions>;
  /** Of the jitter. */
  seed?: number;
  clock?: Clock;
  /** Told after each reply and each retry; `note` says why a call is repeated. */
  onProgress?: (progress: ChatProgress, note?: string) => void;
}

/**
 * A model behind a server that speaks OpenAI's protocol, or in a local folder, asked no more than once for the same thing: a reply is on the disk before it is given
 * out, and a request that is under way is shared, with other processes on the cache too. A call that a kill cuts off is made again, since its reply was never seen.
 */
export class ChatClient implements ChatModel {
  readonly name: string;
  readonly identity: ModelIdentity;
  readonly concurrency: number;
  readonly progress: ChatProgress = { answered: 0, cached: 0, retries: 0, cut: 0, promptTokens: 0, completionTokens: 0, cost: 0, unsettled: 0 };
  private readonly cache: ReplyCache;
  private readonly budget: Budget;
  private readonly slots: Slots;
  private readonly clock: Clock;
  private readonly underWay = new Map<string, Promise<ChatReply>>();
  private readonly price: ServerEntry['price'];
  private server: Answerer | undefined;

  constructor(private readonly entry: ModelEntry, private readonly options: ChatClientOptions) {
    this.name = entry.name;
    this.identity = entryIdentity(entry);
    // A local model takes the whole machine for one reply.
    this.concurrency = isLocal(entry) ? 1 : entry.concurrency;
    this.price = priceOf(entry);
    this.cache = typeof options.cache === 'string' ? new ReplyCache(options.cache) : options.cache;
    this.budget = options.budget ?? new Budget();
    this.slots = new Slots(this.concurrency);
    this.clock = options.clock ?? systemClock;
  }

  /**
   * @throws InputError a wrong key, address or model, a prompt that cannot fit, or offline and not in the cache
   * @throws JobError a server that keeps failing, or CostCeilingReached
   * @throws Interrupted when the signal stops it
   */
  async chat(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply> {
    const { messages, temperature, topP, maxTokens } = request;
    const { model, body } = this.identity;
    const kept: KeptRequest = { model, messages: messages.map(({ role, content }) => ({ role, content })), temperature, topP, maxTokens, body };
    const key = requestKey(kept);
    // From the look into `underWay` to the entry there, nothing is awaited: two callers cannot both find nothing.
    for (;;) {
      const known = this.cache.get(key);
      if (known) return this.fromCache(known);
      const shared = this.underWay.get(key);
      if (!shared) break;
      await settled(shared, signal);
    }
    this.checkAskable(kept, key);
    const asked = this.slots.run(() => this.ask(kept, key, signal)).finally(() => this.underWay.delete(key));
    this.underWay.set(key, asked);
    return asked;
  }

  /** @throws Withheld as when it was asked */
  private fromCache({ reply, withheld }: KeptReply): ChatReply {
    this.progress.cached++;
    this.tell();
    if (withheld !== undefined) throw new Withheld(withheld);
    return { ...reply, cached: true };
  }

  private checkAskable({ messages, maxTokens }: KeptRequest, key: string): void {
    const start = [...(messages.at(-1)?.content ?? '')].slice(0, 60).join('').replace(/\s+/g, ' ');
    if (this.options.offline) {
      throw new ReplyNotKept(`${displayPath(this.cache.file)} has no reply of ${this.name} to «${start}…» (${key.slice(0, 16)}), and offline no server is asked; run once without offline`);
    }
    const least = fewestPromptTokens(messages) + maxTokens;
    if (least > this.entry.context) {
      throw new InputError(
        `«${start}…» and its reply take ${least} tokens or more, but ${this.name} has a context of ${this.entry.context}; ` +
          'shorten the text, lower maxTokens, or raise context in llm.yaml if the server has more',
      );
    }
  }

  /** Asks, unless another process does: then waits for its reply, or for its end. */
  private async ask(request: KeptRequest, key: string, signal?: AbortSignal): Promise<ChatReply> {
    const folder = `${this.cache.file}.asking`;
    for (let told = false; ; told = true) {
      if (signal?.aborted) throw new Interrupted(`stopped before ${this.name} was asked`);
      const claimed = claim(folder, key);
      try {
        // Looked for with the claim in hand: a reply that another process kept before it gave its claim up is seen.
        const known = this.cache.get(key);
        if (known) return this.fromCache(known);
        if ('release' in claimed) return await this.askServer(request, key, signal);
        if (!told) this.tell(`the same is asked by ${holderText(claimed, displayPath(path.join(folder, key)))}; waiting for it`);
      } finally {
        if ('release' in claimed) claimed.release();
      }
      await new Promise((resolve) => setTimeout(resolve, pollMilliseconds));
    }
  }

  private async askServer(request: KeptRequest, key: string, signal?: AbortSignal): Promise<ChatReply> {
    this.server ??= isLocal(this.entry) ? new LocalGenerator(this.entry) : new ChatServer(this.entry, this.clock);
    try {
      const { answer, cost } = await withRetries(() => this.attempt(request, key, signal), {
        ...defaultRetries,
        ...this.options.retries,
        random: Random.from(this.options.seed ?? 0, `retry ${key}`),
        clock: this.clock,
        signal,
        onRetry: (reason, seconds) => {
          this.progress.retries++;
          this.tell(`${reason}; again in ${seconds.toFixed(1)} s`);
        },
      });
      const { finish, ...reply } = answer;
      this.keep({ key, request, reply, finish, cost });
      this.progress.answered++;
      if (finish === 'length') this.progress.cut++;
      this.tell();
      return { ...reply, cached: false };
    } catch (error) {
      throw error instanceof Transient ? new JobError(error.message) : error;
    }
  }

  private keep(record: Omit<KeptReply, 'at'>): void {
    this.cache.add({ ...record, at: new Date(this.clock.now()).toISOString() });
  }

  /** One call, within the budget. */
  private async attempt(request: KeptRequest, key: string, signal?: AbortSignal): Promise<{ answer: Answer; cost: number }> {
    const most = tokenCost({ prompt: mostPromptTokens(request.messages), completion: request.maxTokens }, this.price);
    await this.budget.reserve(most);
    let settled: number | 'unknown' = 'unknown';
    try {
      const answer = await this.server!.ask(request, signal);
      // Without a count, the most it can have cost.
      settled = answer.usage ? this.count(answer.usage) : most;
      return { answer, cost: settled };
    } catch (error) {
      if (!(error instanceof FailedCall)) throw error;
      if (error.usage) settled = this.count(error.usage);
      else if (!error.mayCost) settled = 0;
      const { reason, usage } = error;
      if (reason instanceof Withheld) this.keep({ key, request, reply: { text: '', usage }, finish: 'content_filter', withheld: reason.message, cost: settled === 'unknown' ? most : settled });
      throw reason;
    } finally {
      this.budget.settle(most, settled);
      if (settled === 'unknown') this.progress.unsettled += most;
      else this.progress.cost += settled;
    }
  }

  private count(usage: NonNullable<ChatReply['usage']>): number {
    this.progress.promptTokens += usage.prompt;
    this.progress.completionTokens += usage.completion;
    return tokenCost(usage, this.price);
  }

  private tell(note?: string): void {
    this.options.onProgress?.({ ...this.progress }, note);
  }
}

/** What its replies depend on. A local folder's is told by its content. */
export function entryIdentity(entry: ModelEntry): ModelIdentity {
  return isLocal(entry) ? localIdentity(entry) : { model: entry.model, body: entry.body };
}

/** Per million tokens; a local model's cost nothing. */
export function priceOf(entry: ModelEntry): ServerEntry['price'] {
  return isLocal(entry) ? { prompt: 0, completion: 0 } : entry.price;
}

/** Waits for another caller's request. Its failure is this caller's too, unless it was interrupted: then this one asks. */
async function settled(asked: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  let stop = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(new Interrupted('stopped while waiting for a reply'));
  });
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([asked, stopped]);
  } catch (error) {
    if (!(error instanceof Interrupted) || signal?.aborted) throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
