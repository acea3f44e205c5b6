import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { answer } from './answer';
import type { DemoModel } from './models';
import { demoPage, demoStyle, examplesJson, type DemoExamples } from './page';
import { checkSender, readText, Refusal } from './request';

/** What every answer says: nothing may be loaded or asked from elsewhere, shown in a frame, or kept. Marks carry their colours as styles. */
const headers = {
  'Content-Security-Policy': "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-store',
};

interface Content {
  type: string;
  body: string;
}

/** Milliseconds that a request may take to arrive whole. */
const patience = 30_000;

/** The demo's pages and its one question, for one or two models; where it listens is the caller's to say. */
export function demoServer(models: readonly DemoModel[], examples: DemoExamples): Server {
  const pages: Record<string, Content> = {
    '/': { type: 'text/html', body: demoPage(models) },
    '/style.css': { type: 'text/css', body: demoStyle() },
    '/client.js': { type: 'text/javascript', body: readFileSync(path.join(__dirname, 'client.js'), 'utf8') },
    '/examples.json': { type: 'application/json', body: examplesJson(examples) },
  };
  // One text at a time: two at once would share the processor, and each would be told the other's time.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  async function respond(request: IncomingMessage): Promise<Content> {
    checkSender(request);
    const { method = '', url = '' } = request;
    const page = pages[url.split('?')[0]];
    if (page && (method === 'GET' || method === 'HEAD')) return page;
    if (url !== '/predict') throw page ? new Refusal(405, `${url} is read with GET, not ${method}`) : new Refusal(404, `there is nothing at ${url}`);
    if (method !== 'POST') throw new Refusal(405, `/predict is asked with POST, not ${method}`);
    const text = await readText(request);
    return { type: 'application/json', body: JSON.stringify(await inTurn(() => answer(models, text))) };
  }

  return createServer({ requestTimeout: patience }, (request, response) => {
    respond(request).then(
      ({ type, body }) => send(response, 200, type, body),
      (error: unknown) => refuse(request, response, error),
    );
  });
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { ...headers, 'Content-Type': `${type}; charset=utf-8`, 'Content-Length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  // A sender that went away in the middle hears nothing.
  if (response.destroyed) return;
  if (!(error instanceof Refusal)) process.stderr.write(`demo: ${error instanceof Error ? error.stack : String(error)}\n`);
  const [status, message] = error instanceof Refusal ? [error.status, error.message] : [500, `the model failed: ${error instanceof Error ? error.message : String(error)}`];
  // The rest of a body is read and forgotten: closing on a sender that still sends would lose the answer.
  request.resume();
  send(response, status, 'application/json', JSON.stringify({ error: message }));
}
