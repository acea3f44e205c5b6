import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { installKernelspec } from '../../lib/notebook/kernelspec.mjs';
import { jupyterLab } from '../../lib/setup/jupyterlab.mjs';

/** Why JupyterLab cannot be started in this Python; undefined where it can. */
export function noJupyterLab(python: string | undefined): string | undefined {
  if (!python) return 'no Jupyter: npm run setup installs it';
  const { status } = spawnSync(python, ['-c', 'import jupyterlab']);
  return status === 0 ? undefined : `no JupyterLab in ${python}: npm run setup installs it`;
}

/** JupyterLab as `npm run lab` starts it, on a folder of its own and with a kernelspec of its own. */
export class LabServer {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  /** @param state where Jupyter keeps what it writes; another state trusts no notebook that this one has run */
  static async start(python: string, root: string, state: string): Promise<LabServer> {
    mkdirSync(root, { recursive: true });
    await installKernelspec(state);
    const { args, env } = jupyterLab({ root, state: path.join(state, 'jupyter') });
    const own = { JUPYTER_PATH: path.join(state, 'share', 'jupyter') };
    const options = ['--no-browser', '--ServerApp.ip=127.0.0.1', '--ServerApp.port=0', '--IdentityProvider.token=notebooks'];
    const child = spawn(python, ['-m', 'jupyter', ...args, ...options], { env: { ...env, ...own }, stdio: ['ignore', 'ignore', 'pipe'] });
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (chunk) => {
        said = (said + String(chunk)).slice(-5000);
        const port = /http:\/\/127\.0\.0\.1:(\d+)\/lab/.exec(said)?.[1];
        if (port) resolve(`http://127.0.0.1:${port}/lab`);
      });
      child.on('error', reject).on('close', (status) => reject(new Error(`JupyterLab ended (exit ${status}):\n${said}`)));
    });
    return new LabServer(url, child);
  }

  page(notebook: string): string {
    return `${this.url}/tree/${notebook}?token=notebooks&reset`;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('close', resolve));
    this.child.kill('SIGTERM');
    await ended;
  }
}

const patience = 300_000;

/** A notebook in JupyterLab's page, used as a person does: by its menus, its buttons and its keys. */
export class LabNotebook {
  constructor(readonly page: Page) {
    page.setDefaultTimeout(patience);
  }

  /** Waits for the notebook and its kernel. */
  async opened(): Promise<void> {
    await this.page.locator('.jp-Notebook .jp-CodeCell').first().waitFor();
    await this.kernel('Idle');
  }

  /** Waits until the status bar says so of the kernel. */
  async kernel(status: 'Idle' | 'Busy'): Promise<void> {
    await this.page.getByText(`TypeScript (tslab) | ${status}`).waitFor();
  }

  cell(index: number): Locator {
    return this.page.locator('.jp-Notebook .jp-CodeCell').nth(index);
  }

  /** What a cell shows: each output of it once. */
  outputs(index: number): Locator {
    return this.cell(index).locator('.jp-OutputArea-child');
  }

  async menu(menu: string, item: string): Promise<void> {
    await this.page.getByRole('menuitem', { name: menu, exact: true }).click();
    await this.page.getByRole('menuitem', { name: item, exact: true }).click();
  }

  async runCell(index: number): Promise<void> {
    await this.cell(index).locator('.cm-content').click();
    await this.page.keyboard.press('Control+Enter');
  }

  /** Writes a cell anew. */
  async type(index: number, text: string): Promise<void> {
    await this.cell(index).locator('.cm-content').click();
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.insertText(text);
  }

  /** The execution count of a cell that has ended. */
  async ended(index: number): Promise<number> {
    const prompt = this.cell(index).locator('.jp-InputPrompt').filter({ hasText: /\[\d+\]/ });
    await prompt.waitFor();
    return Number(/\d+/.exec(await prompt.innerText())![0]);
  }

  /** Presses the interrupt button; milliseconds until the cell has ended. */
  async interrupt(index: number): Promise<number> {
    const began = Date.now();
    await this.page.locator('jp-button[data-command="notebook:interrupt-kernel"]').first().click();
    await this.ended(index);
    return Date.now() - began;
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Escape');
    const saved = this.page.waitForResponse((response) => response.request().method() === 'PUT' && response.url().includes('/api/contents/'));
    await this.page.keyboard.press('Control+s');
    await saved;
  }
}
