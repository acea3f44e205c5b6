import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Interrupted } from '../../lib/common';
import type { ChatClientOptions, ChatMessage, ServerEntry } from '../../lib/llm';
import { parseModels } from '../../lib/llm';

/** What the server got. */
export interface Received {
  headers: IncomingMessage['headers'];
  body: { model: string; messages: ChatMessage[]; temperature: number; top_p: number; max_tokens: number } & Record<string, unknown>;
}

export type Behaviour = (response: ServerResponse, received: Received) => unknown;

/** A completion as OpenAI's protocol has it. */
export const says = (text: string | null, { usage = { prompt_tokens: 100, completion_tokens: 20 } as unknown, finish = 'stop' } = {}): Behaviour => (response) =>
  json(response, 200, { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }], usage });

export const fails = (status: number, { headers = {}, message = 'no', code }: { headers?: Record<string, string>; message?: string; code?: string } = {}): Behaviour => (response) =>
  json(response, status, { error: { message, code } }, headers);

export const faults = {
  silence: () => undefined,
  reset: (response: ServerResponse) => response.socket!.resetAndDestroy(),
  resetInBody: (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"choices": [{"mess', () => response.socket!.resetAndDestroy());
  },
  silenceInBody: (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"choices": [');
  },
  emptyBody: (response: ServerResponse) => response.writeHead(200, { 'content-type': 'application/json', 'content-length': '0' }).end(),
  emptyBodyInChunks: (response: ServerResponse) => response.writeHead(200, { 'content-type': 'application/json' }).end(),
  noChoices: (response: ServerResponse) => json(response, 200, { error: { message: 'overloaded' } }),
  emptyText: says(''),
  nullText: says(null),
  html: (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>sign in</html>'),
} satisfies Record<string, Behaviour>;

function json(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** A server on loopback that does one thing of the script a request, and the last from then on. */
export class FaultyServer {
  readonly received: Received[] = [];
  /** Connections made. */
  connections = 0;
  private readonly server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received = { headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()) as Received['body'] };
      const behaviour = this.script[Math.min(this.received.push(received), this.script.length) - 1];
      void behaviour(response, received);
    });
  }).on('connection', () => this.connections++);

  private constructor(public script: Behaviour[]) {}

  static async start(...script: Behaviour[]): Promise<FaultyServer> {
    const made = new FaultyServer(script);
    await new Promise<void>((resolve) => made.server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  /** An entry of llm.yaml for this server: 2 and 8 per million tokens. */
  entry(fields: Partial<ServerEntry> = {}): ServerEntry {
    const entry = { name: 'tested', baseURL: this.address, model: 'm-1', keyVariable: null, price: { prompt: 2, completion: 8 }, context: 4096, timeoutSeconds: 5, ...fields };
    return parseModels(JSON.stringify({ models: [entry] }), 'llm.yaml')[0] as ServerEntry;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A clock that stands still, and notes how long it was asked to wait, in seconds. */
export class NotedClock implements NonNullable<ChatClientOptions['clock']> {
  readonly waits: number[] = [];
  /** Told how many waits there were. */
  onWait: (count: number) => void = () => undefined;

  now(): number {
    return Date.UTC(2026, 0, 1);
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    this.onWait(this.waits.push(milliseconds / 1000));
    if (signal?.aborted) throw new Interrupted('stopped');
  }
}
