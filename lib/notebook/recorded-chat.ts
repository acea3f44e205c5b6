import { promptOf, type ChatMessage, type ChatModel, type ChatReply, type ChatRequest, type ModelIdentity } from '../llm';

/** A question as it was sent, and the answer that came. */
export interface ChatTurn {
  /** Which of the project's prompts the conversation opens with; null where it is none of them. */
  prompt: string | null;
  messages: readonly ChatMessage[];
  reply: ChatReply;
  /** Whether the reply was made up for show, and not the model's. */
  invented: boolean;
}

/** A chat model that keeps what it was asked and what it answered. */
export class RecordedChat implements ChatModel {
  readonly name: string;
  readonly identity?: ModelIdentity;
  readonly concurrency?: number;
  readonly turns: ChatTurn[] = [];
  private readonly left: Map<string, string>;

  /** @param inventedFirst by prompt name: what is answered to its first question in the model's place, to show what becomes of it */
  constructor(private readonly model: ChatModel, inventedFirst: Readonly<Record<string, string>> = {}) {
    this.name = model.name;
    this.identity = model.identity;
    this.concurrency = model.concurrency;
    this.left = new Map(Object.entries(inventedFirst));
  }

  async chat(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply> {
    const prompt = promptOf(request.messages)?.name ?? null;
    const text = prompt === null ? undefined : this.left.get(prompt);
    if (prompt !== null) this.left.delete(prompt);
    const reply = text === undefined ? await this.model.chat(request, signal) : { text, usage: null, cached: false };
    this.turns.push({ prompt, messages: request.messages, reply, invented: text !== undefined });
    return reply;
  }

  /** The turns of one prompt, in order: a second one asked once more after a reject. */
  of(prompt: string): ChatTurn[] {
    return this.turns.filter((turn) => turn.prompt === prompt);
  }
}
