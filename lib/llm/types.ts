/** A turn of a conversation. */
export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What is asked of a model, and how it may answer. Paper A, section 4.3: temperature 0.2, top-p 0.85, at most 1,024 new tokens. */
export interface ChatRequest {
  messages: readonly ChatMessage[];
  temperature: number;
  topP: number;
  /** Most new tokens. */
  maxTokens: number;
}

export type Sampling = Omit<ChatRequest, 'messages'>;

export interface ChatReply {
  text: string;
  /** Tokens as the server counts them; null where it does not tell. */
  usage: { prompt: number; completion: number } | null;
  /** Whether the reply was read from the cache. */
  cached: boolean;
}

/** What answers, whatever it is called here: the model as its server names it, and the further fields of a request. */
export interface ModelIdentity {
  model: string;
  body: Record<string, unknown>;
}

/** Something that answers: a server, a local model, or the offline provider, which is no language model and says so by its name. */
export interface ChatModel {
  /** As records and tables name it. */
  readonly name: string;
  /** Without one, the name says it all. */
  readonly identity?: ModelIdentity;
  /** Calls that it takes at the same time; without it, one. */
  readonly concurrency?: number;
  chat(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply>;
}

export const paperSampling = { temperature: 0.2, topP: 0.85, maxTokens: 1024 } as const;
