import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Kernel, type Message } from '../../bench/kernel-client';

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
