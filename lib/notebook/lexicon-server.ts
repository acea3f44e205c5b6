import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { codePointLength } from '../common';
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
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { messages, temperature, top_p: topP, max_tokens: maxTokens } = JSON.parse(Buffer.concat(chunks).toString()) as { messages: ChatMessage[]; temperature: number; top_p: number; max_tokens: number };
      void lexicon.chat({ messages, temperature, topP, maxTokens }).then(({ text }) => {
        answered++;
        const usage = { prompt_tokens: messages.reduce((sum, { content }) => sum + codePointLength(content), 0), completion_tokens: codePointLength(text) };
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content: text }, finish_reason: 'stop' }], usage }));
      }, (error: Error) => {
        response.statusCode = 400;
        response.end(JSON.stringify({ error: { message: error.message } }));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const entry = ServerEntry.parse({ name: `${offlineProvider}-server`, baseURL: `http://127.0.0.1:${port}/v1`, model: offlineProvider, keyVariable: null, price, context: 8192 });
  return {
    entry,
    get answered() {
      return answered;
    },
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}
