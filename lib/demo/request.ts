import type { IncomingMessage } from 'node:http';

/** A request that is refused, with the status and the words that the sender gets. */
export class Refusal extends Error {
  constructor(readonly status: number, message: string) {
    super(message);
  }
}

/** Bytes of a request's body: some twenty thousand Chinese characters, a minute's work for a small model. */
export const bodyLimit = 64 * 1024;

/** Of HTTP: browsers leave it out of Host and Origin. */
const usualPort = 80;

/**
 * Only this machine's own names: a page elsewhere whose name was made to resolve to this machine carries its own name in Host,
 * and one that posts from elsewhere its own Origin.
 */
export function checkSender({ headers, method, socket }: IncomingMessage): void {
  const names = ['127.0.0.1', 'localhost'];
  const hosts = names.map((name) => `${name}:${socket.localPort}`);
  if (socket.localPort === usualPort) hosts.push(...names);
  const host = headers.host?.toLowerCase() ?? '';
  if (!hosts.includes(host)) throw new Refusal(403, `this page answers to ${hosts.join(' and ')} only, not to ${host || 'a request without Host'}`);
  if (method === 'POST' && headers.origin !== undefined && !hosts.includes(headers.origin.replace(/^http:\/\//, ''))) {
    throw new Refusal(403, `a request from ${headers.origin} is not answered`);
  }
}

/** The text of a request `{"text":"…"}`. */
export async function readText(request: IncomingMessage): Promise<string> {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '')) throw new Refusal(415, 'expected JSON: Content-Type application/json');
  const body = await readBody(request);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new Refusal(400, `expected {"text":"…"}; the JSON is broken: ${(error as Error).message}`);
  }
  const { text } = (value ?? {}) as { text?: unknown };
  if (typeof text !== 'string') throw new Refusal(400, 'expected {"text":"…"}');
  if (text.trim() === '') throw new Refusal(400, 'there is no text: type some, or choose an example');
  if (/\p{Surrogate}/u.test(text)) throw new Refusal(400, 'the text is not well-formed Unicode: it holds half of a character');
  return text;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const tooLarge = (): Refusal => new Refusal(413, `the text is too long: at most ${bodyLimit / 1024} KiB, some ${Math.round(bodyLimit / 3 / 1000)},000 Chinese characters; npx medner predict takes any length`);
  if (Number(request.headers['content-length'] ?? 0) > bodyLimit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw tooLarge();
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Refusal(400, 'the request is not UTF-8');
  }
}
