import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import * as path from 'node:path';
import { Dealer, Subscriber } from 'zeromq';
import { inProject } from '../lib/common';

export interface Message {
  type: string;
  /** The request that it answers, by id and type. */
  parent: string;
  parentType: string;
  content: Record<string, unknown>;
}

const key = 'a key of this client';
const delimiter = '<IDS|MSG>';

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(servers.map((server) => new Promise<number>((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

function parse(frames: Buffer[]): Message {
  const start = frames.findIndex((frame) => frame.toString() === delimiter) + 2;
  const [header, parent, , content] = frames.slice(start).map((frame) => JSON.parse(frame.toString()) as Record<string, unknown>);
  return { type: String(header.msg_type), parent: String(parent.msg_id), parentType: String(parent.msg_type), content };
}

/** A kernel without Jupyter: what it publishes and replies, in the order of arrival. */
export class Kernel {
  readonly published: Message[] = [];
  readonly replies: Message[] = [];

  private constructor(readonly process: ChildProcess, private readonly shell: Dealer, private readonly iopub: Subscriber) {
    for (const [socket, list] of [[shell, this.replies], [iopub, this.published]] as const) {
      void (async () => {
        for await (const frames of socket) list.push(parse(frames));
      })();
    }
  }

  static async start(folder: string): Promise<Kernel> {
    const [shell, iopub, control, stdin, hb] = await freePorts(5);
    const file = path.join(folder, 'connection.json');
    writeFileSync(file, JSON.stringify({
      transport: 'tcp', ip: '127.0.0.1', key, signature_scheme: 'hmac-sha256',
      shell_port: shell, iopub_port: iopub, control_port: control, stdin_port: stdin, hb_port: hb,
    }));
    const child = spawn(process.execPath, [inProject('lib', 'notebook', 'tslab-kernel.cjs'), file], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [dealer, subscriber] = [new Dealer(), new Subscriber()];
    subscriber.connect(`tcp://127.0.0.1:${iopub}`);
    subscriber.subscribe();
    dealer.connect(`tcp://127.0.0.1:${shell}`);
    const kernel = new Kernel(child, dealer, subscriber);
    // Subscribing takes effect some time after it was asked for.
    for (;;) {
      const { parent } = await kernel.request('kernel_info_request');
      if (kernel.published.some((message) => message.parent === parent)) return kernel;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async send(type: string, content: Record<string, unknown> = {}): Promise<string> {
    const id = randomUUID();
    const parts = [{ msg_id: id, msg_type: type, session: 'medner', username: 'medner', date: new Date().toISOString(), version: '5.3' }, {}, {}, content].map((part) => JSON.stringify(part));
    const signature = parts.reduce((hmac, part) => hmac.update(part), createHmac('sha256', key)).digest('hex');
    await this.shell.send([delimiter, signature, ...parts]);
    return id;
  }

  async request(type: string, content: Record<string, unknown> = {}): Promise<Message> {
    return this.reply(await this.send(type, content));
  }

  execute(code: string): Promise<string> {
    return this.send('execute_request', { code, silent: false, store_history: true, stop_on_error: true });
  }

  reply(id: string): Promise<Message> {
    return this.waitFor(() => this.replies.find(({ parent }) => parent === id));
  }

  /** Waits for what `find` finds; fails where the kernel has ended. */
  async waitFor<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      const { exitCode, signalCode } = this.process;
      assert.ok(exitCode === null && signalCode === null, `the kernel ended: exit ${exitCode}, signal ${signalCode}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  printed(id: string): string {
    return this.published.filter(({ parent, type }) => parent === id && type === 'stream').map(({ content }) => String(content.text)).join('');
  }

  stop(): void {
    this.process.kill('SIGKILL');
    this.shell.close();
    this.iopub.close();
  }
}
