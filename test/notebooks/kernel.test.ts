import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Dealer, Subscriber } from 'zeromq';
import { inProject } from '../../lib/common';

interface Message {
  type: string;
  /** The request that it answers, by id and type. */
  parent: string;
  parentType: string;
  content: Record<string, unknown>;
}

const key = 'a key of the test';
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
class Kernel {
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
    const parts = [{ msg_id: id, msg_type: type, session: 'test', username: 'test', date: new Date().toISOString(), version: '5.3' }, {}, {}, content].map((part) => JSON.stringify(part));
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

describe('kernel', function () {
  this.timeout(240_000);
  let folder: string;
  let kernel: Kernel;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-kernel-'));
    kernel = await Kernel.start(folder);
  });
  after(() => {
    kernel?.stop();
    rmSync(folder, { recursive: true });
  });

  /** Runs a cell, interrupts it once it has printed, and gives its reply. */
  async function interrupted(code: string): Promise<Message> {
    const id = await kernel.execute(code);
    await kernel.waitFor(() => kernel.printed(id) || undefined);
    kernel.process.kill('SIGINT');
    return kernel.reply(id);
  }

  it('a cell that listens for the interrupt from its first line on ends by itself, and the kernel lives', async () => {
    const { content } = await interrupted(`
      class Interrupted extends Error { override name = 'Interrupted'; }
      const stopped = new Promise((_, reject) => process.once('SIGINT', () => setTimeout(() => reject(new Interrupted('stopped after 3 of 9')), 200)));
      console.log('listening');
      await stopped;`);
    assert.deepEqual([content.status, content.ename, content.evalue], ['error', 'Interrupted', 'stopped after 3 of 9']);
    assert.equal((await kernel.reply(await kernel.execute('6 * 7'))).content.status, 'ok');
  });

  it('one that listens and does not stop, one that does not listen, and one that never waits are given up', async () => {
    for (const code of [
      "process.once('SIGINT', () => {});\nconsole.log('deaf');\nawait new Promise((resolve) => setTimeout(resolve, 600_000));",
      "console.log('waiting');\nawait new Promise((resolve) => setTimeout(resolve, 600_000));",
    ]) {
      const { content } = await interrupted(code);
      assert.deepEqual([content.status, content.ename], ['error', 'Interrupted'], code);
      assert.match(String(content.evalue), /the cell was interrupted/);
    }
    const endless = await kernel.execute('const endless = () => { for (;;); };\nendless();');
    await kernel.waitFor(() => kernel.published.find(({ parent, type }) => parent === endless && type === 'execute_input'));
    const signals = setInterval(() => kernel.process.kill('SIGINT'), 1000); // those that come before it runs are lost
    const { content } = await kernel.reply(endless).finally(() => clearInterval(signals));
    assert.deepEqual([content.status, content.evalue], ['error', 'Script execution was interrupted by `SIGINT`']);
  });

  it('is busy from the first to the last of the cells that wait, and while it completes', async () => {
    const from = kernel.published.length;
    const cells = [await kernel.execute('await new Promise((resolve) => setTimeout(resolve, 300));'), await kernel.execute('await new Promise((resolve) => setTimeout(resolve, 300));')];
    await kernel.waitFor(() => kernel.published.slice(from).find(({ type }) => type === 'execute_input'));
    const completion = await kernel.request('complete_request', { code: 'proc', cursor_pos: 4 });
    assert.ok((completion.content.matches as string[]).includes('process'));
    const idle = (id: string) => kernel.published.findIndex(({ type, parent, content }) => type === 'status' && parent === id && content.execution_state === 'idle');
    const last = await kernel.waitFor(() => (idle(cells[1]) >= 0 ? idle(cells[1]) : undefined));
    const states = kernel.published.slice(from, last + 1).filter(({ type }) => type === 'status');
    // What each cell leaves is what a reader's kernel indicator shows.
    for (const [i, { content, parent }] of states.entries()) {
      if (content.execution_state !== 'idle' || i === states.length - 1) continue;
      assert.equal(states[i + 1].content.execution_state, 'busy', `idle after ${parent}`);
    }
    assert.equal(states.filter(({ parent, content }) => parent === cells[1] && content.execution_state === 'idle').length, 1);
  });

  it('answers what clients ask beside cells, under the right names, and prints nothing of it', async () => {
    const cell = await kernel.execute('1');
    await kernel.reply(cell);
    const printed = kernel.printed(cell);
    assert.deepEqual((await kernel.request('history_request')).content, { status: 'ok', history: [] });
    const comms = await kernel.request('comm_info_request');
    assert.deepEqual([comms.type, comms.content], ['comm_info_reply', { status: 'ok', comms: {} }]);
    await kernel.send('debug_request');
    await kernel.reply(await kernel.execute('2'));
    assert.equal(kernel.printed(cell), printed);
  });
});
