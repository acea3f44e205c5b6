// npm run lab [-- JupyterLab's options]: JupyterLab on the notebooks, with the project's TypeScript kernel.
import { existsSync } from 'node:fs';
import { say } from './console.mjs';
import { jupyterLab } from './jupyterlab.mjs';
import { at } from './paths.mjs';
import { foreground } from './run.mjs';
import { setup } from './setup.mjs';

await setup({ quiet: true });
const jupyter = at('.venv/bin/jupyter');
if (!existsSync(jupyter)) {
  say('JupyterLab is not there: what is missing, and how to get it, stands above. Notebooks cannot open without it.');
  process.exit(1);
}
const { args, env } = jupyterLab();
process.exitCode = await foreground(jupyter, [...args, '--LabApp.default_url=/lab/tree/notebooks', ...process.argv.slice(2)], { env });
