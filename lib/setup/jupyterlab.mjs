import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { at } from './paths.mjs';

/** What JupyterLab would else ask each reader about, and ask the network for. */
const defaults = { '@jupyterlab/apputils-extension:notification': { fetchNews: 'false', checkForUpdates: false } };

/**
 * What JupyterLab is started with: the project's folder, and nothing written outside it or asked of a network. Its settings,
 * signatures and connection files, else in the home folder, go into .cache/jupyter, unless the environment names others.
 * @param {{root?: string, state?: string}} folders what it serves (default: the project), and where it keeps what it writes
 * @returns {{args: string[], env: Record<string, string | undefined>}} `jupyter`'s arguments, and its environment
 */
export function jupyterLab({ root = at(), state = at('.cache', 'jupyter') } = {}) {
  const config = path.join(state, 'config');
  mkdirSync(path.join(config, 'labconfig'), { recursive: true });
  writeFileSync(path.join(config, 'labconfig', 'default_setting_overrides.json'), JSON.stringify(defaults, null, 2) + '\n');
  const asRoot = process.getuid?.() === 0 ? ['--allow-root'] : [];
  return {
    args: [
      'lab', ...asRoot, `--ServerApp.root_dir=${root}`,
      '--LabApp.news_url=None', '--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate',
    ],
    env: {
      JUPYTER_CONFIG_DIR: config,
      JUPYTER_DATA_DIR: path.join(state, 'data'),
      JUPYTER_RUNTIME_DIR: path.join(state, 'runtime'),
      IPYTHONDIR: path.join(state, 'ipython'),
      ...process.env,
    },
  };
}
