import { at } from './paths.mjs';

/**
 * What JupyterLab is started with: the project's folder, and nothing written outside it or asked of a network. Its settings,
 * signatures and connection files, else in the home folder, go into .cache/jupyter, unless the environment names others; news and
 * updates are not looked for.
 * @param {{root?: string, state?: string}} folders what it serves (default: the project), and where it keeps what it writes
 * @returns {{args: string[], env: Record<string, string | undefined>}} `jupyter`'s arguments, and its environment
 */
export function jupyterLab({ root = at(), state = at('.cache', 'jupyter') } = {}) {
  const asRoot = process.getuid?.() === 0 ? ['--allow-root'] : [];
  return {
    args: [
      'lab', ...asRoot, `--ServerApp.root_dir=${root}`,
      '--LabApp.news_url=None', '--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate',
    ],
    env: {
      JUPYTER_CONFIG_DIR: `${state}/config`,
      JUPYTER_DATA_DIR: `${state}/data`,
      JUPYTER_RUNTIME_DIR: `${state}/runtime`,
      IPYTHONDIR: `${state}/ipython`,
      ...process.env,
    },
  };
}
