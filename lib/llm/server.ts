import OpenAI, { APIConnectionError, APIError } from 'openai';
import { InputError, Interrupted, JobError } from '../common';
import { keyOf, type ServerEntry } from './model-entry';
import { retryAfterSeconds, Transient, type Clock } from './retry';
import { hideKey, scrub } from './scrub';
import type { ChatReply, ChatRequest } from './types';

/** What one call brought. */
export interface Answer extends Pick<ChatReply, 'text' | 'usage'> {
  finish: string | null;
}

/** What a client asks: single calls, without retries. */
export interface Answerer {
  /** @throws FailedCall */
  ask(request: ChatRequest, signal?: AbortSignal): Promise<Answer>;
}

/** A call that failed, and whether the server may have worked, and may charge, for it. */
export class FailedCall extends Error {
  override name = 'FailedCall';

  /** @param usage tokens of a reply that was of no use, where the server counted them */
  constructor(readonly reason: Error, readonly mayCost: boolean, readonly usage: ChatReply['usage'] = null) {
    super(reason.message);
  }
}

/** The server's content filter took a question's text, or its answer, for something else than medicine: asking again mends nothing, other questions go on. */
export class Withheld extends JobError {
  override name = 'Withheld';
}

/** How servers call a content filter's refusal: OpenAI and Azure, Alibaba's DashScope, Zhipu. */
const filterCodes = ['content_filter', 'content_policy_violation', 'data_inspection_failed', '1301'];

/** Errors of connections that were never made. */
const neverSent = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'];

/** A server. Nothing it throws holds the key, or an object that does. */
export class ChatServer implements Answerer {
  private readonly key: string | undefined;
  private readonly client: OpenAI;

  /** @throws InputError when the key is not set */
  constructor(private readonly entry: ServerEntry, private readonly clock: Clock) {
    this.key = keyOf(entry);
    const { name, keyVariable, baseURL } = entry;
    if (keyVariable !== null && !this.key) {
      throw new InputError(`${name} needs a key, and ${keyVariable} is not set; set it (export ${keyVariable}=…), or use keyVariable: null where the server takes none`);
    }
    if (this.key && !/^[\x21-\x7e]+$/.test(this.key)) {
      throw new InputError(`the key in ${keyVariable} (of ${name}) has a space or a character that no key has; set it anew`);
    }
    this.client = new OpenAI({
      baseURL,
      apiKey: this.key ?? 'none',
      // What OPENAI_… variables hold is meant for one server, and would be sent to any.
      adminAPIKey: null,
      organization: null,
      project: null,
      maxRetries: 0,
      logLevel: 'off',
      // A redirect would turn the POST into a GET, and carry the texts to a server that was not chosen.
      fetchOptions: { redirect: 'manual' },
    });
  }

  /** @throws FailedCall, or Interrupted */
  async ask({ messages, temperature, topP, maxTokens }: ChatRequest, signal?: AbortSignal): Promise<Answer> {
    const { model, timeoutSeconds, body } = this.entry;
    const stop = new AbortController();
    let late = false;
    // The library's own time limit ends with the headers; a body may stall too.
    const timer = setTimeout(() => {
      late = true;
      stop.abort();
    }, timeoutSeconds * 1000);
    const interrupt = (): void => stop.abort();
    signal?.addEventListener('abort', interrupt, { once: true });
    if (signal?.aborted) interrupt();
    try {
      const parameters = {
        ...body,
        model,
        messages: messages.map(({ role, content }) => ({ role, content })),
        temperature,
        top_p: topP,
        max_tokens: maxTokens,
      };
      return this.answer(await this.client.chat.completions.create(parameters, { signal: stop.signal }));
    } catch (error) {
      if (error instanceof FailedCall) throw error;
      if (late) throw new FailedCall(new Transient(`${this.entry.name} did not answer within ${timeoutSeconds} s`), true);
      if (signal?.aborted) throw new FailedCall(new Interrupted(`stopped while ${this.entry.name} was asked`), true);
      throw this.failure(error);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
    }
  }

  private answer(completion: unknown): Answer {
    const { name } = this.entry;
    const { choices, usage: counted, error } = (typeof completion === 'object' && completion !== null ? completion : {}) as Partial<OpenAI.ChatCompletion> & { error?: unknown };
    const usage = Number.isFinite(counted?.prompt_tokens) && Number.isFinite(counted?.completion_tokens) ? { prompt: counted!.prompt_tokens, completion: counted!.completion_tokens } : null;
    const [choice] = Array.isArray(choices) ? choices : [];
    const text = choice?.message?.content;
    const finish: string | null = choice?.finish_reason ?? null;
    if (typeof text === 'string' && text.trim() !== '') return { text: hideKey(text, this.key), usage, finish: finish && hideKey(finish, this.key) };
    const fail = (reason: Error): never => {
      throw new FailedCall(reason, true, usage);
    };
    if (finish === 'length') fail(new JobError(`${name} used up its tokens before the reply began; raise maxTokens, or turn its thinking off (body: in llm.yaml)`));
    if (finish === 'content_filter') fail(new Withheld(`${name} withheld its reply: the server's content filter`));
    const said = error === undefined ? '' : `: ${this.scrubbed(JSON.stringify(error))}`;
    return fail(new Transient(`${name} sent a reply without text${said}`));
  }

  private failure(error: unknown): FailedCall {
    const { name, baseURL, keyVariable, model } = this.entry;
    if (error instanceof APIConnectionError) {
      const code = causeCode(error);
      return new FailedCall(new Transient(`no connection to ${name} at ${baseURL} (${code ?? 'it broke off'}); is the server up?`), !neverSent.includes(code ?? ''));
    }
    if (!(error instanceof APIError) || error.status === undefined) {
      return new FailedCall(new Transient(`${name} sent a reply that breaks off or is no JSON: ${this.scrubbed(String((error as Error).message))}`), true);
    }
    const { status, headers } = error as APIError<number, Headers>;
    const said = `${name} at ${baseURL} answered ${this.scrubbed(error.message)}`;
    const refused = (reason: Error): FailedCall => new FailedCall(reason, false);
    if (status === 401 || status === 403) {
      return refused(new InputError(`${said}; ${keyVariable === null ? 'the server wants a key: name its environment variable as keyVariable' : `check the key in ${keyVariable}`}`));
    }
    if (status === 404) return refused(new InputError(`${said}; check baseURL (up to /v1) and model (${model}) in llm.yaml`));
    if (status >= 300 && status < 400) {
      return refused(new InputError(`${said}, a redirect to ${this.scrubbed(headers.get('location') ?? 'nowhere')}, which is not followed; put the server's own address into baseURL`));
    }
    // Out of credit comes as 429 too, and no wait mends it.
    if (status === 429 && error.code === 'insufficient_quota') return refused(new JobError(`${said}; what is paid for is used up`));
    if (status === 400 && filterCodes.includes(String(error.code))) return refused(new Withheld(`${said}: the server's content filter`));
    if (status === 429 || status === 408 || status === 409 || status >= 500) {
      return new FailedCall(new Transient(said, retryAfterSeconds(headers.get('retry-after'), this.clock.now())), gaveUpWaiting.includes(status));
    }
    return refused(new JobError(said));
  }

  private scrubbed(text: string): string {
    return scrub(text, this.key);
  }
}

/** Statuses of one who waited for the model, which may have answered and been paid all the same. */
const gaveUpWaiting = [408, 502, 504];

function causeCode(error: Error): string | undefined {
  for (let cause: unknown = error.cause, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code } = cause as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
  }
  return undefined;
}
