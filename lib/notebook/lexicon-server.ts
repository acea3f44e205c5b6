import { createServer } from 'node:http';
import { codePointLength, listen, stop } from '../common';
import { OfflineLexicon, offlineProvider, ServerEntry, type ChatMessage } from '../llm';

/** A chat model's entry as data/llm.yaml would have it, and its server. */
export interface LexiconServer {
  entry: ServerEntry;
  /** Requests that reached it. */
  readonly answered: number;
  close(): Promise<void>;
}

/**
 * The offline provider behind OpenAI's protocol on loopback: what asks it is the client that asks a hosted model, with its cache, its prices and its
 * ceiling. No language model: the replies are the lexicon's, and a token is counted a character.
 */
export async function serveLexicon(price: ServerEntry['price']): Promise<LexiconServer> {
  const lexicon = new OfflineLexicon();
  let answered = 0;
  const completion = async (body: string): Promise<object> => {
    const { messages, temperature, top_p: topP, max_tokens: maxTokens } = JSON.parse(body) as { messages: ChatMessage[]; temperature: number; top_p: number; max_tokens: number };
    const { text } = await lexicon.chat({ messages, temperature, topP, maxTokens });
    answered++;
    const usage = { prompt_tokens: messages.reduce((sum, { content }) => sum + codePointLength(content), 0), completion_tokens: codePointLength(text) };
    return { choices: [{ message: { role: 'assistant', content: text }, finish_reason: 'stop' }], usage };
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    const say = (status: number, value: object): unknown => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void completion(Buffer.concat(chunks).toString()).then((value) => say(200, value), (error: Error) => say(400, { error: { message: error.message } })));
  });
  const port = await listen(server, 0);
  const entry = ServerEntry.parse({ name: `${offlineProvider}-server`, baseURL: `http://127.0.0.1:${port}/v1`, model: offlineProvider, keyVariable: null, price, context: 8192 });
  return {
    entry,
    get answered() {
      return answered;
    },
    close: () => stop(server),
  };
}
