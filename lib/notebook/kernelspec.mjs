// The Jupyter kernel "TypeScript (tslab)" of this project. No dependency: set-up calls this.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const launcher = path.join(path.dirname(fileURLToPath(import.meta.url)), 'tslab-kernel.cjs');

/**
 * Writes the kernel's description where Jupyter of that environment looks for it, with the absolute paths of this Node
 * and this project.
 * @param {string} venv the Python environment's folder
 * @returns {Promise<string>} the file written
 */
export async function installKernelspec(venv) {
  const folder = path.join(venv, 'share', 'jupyter', 'kernels', 'tslab');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'kernel.json');
  const spec = {
    argv: [process.execPath, launcher, '{connection_file}'],
    display_name: 'TypeScript (tslab)',
    language: 'typescript',
    interrupt_mode: 'signal',
  };
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify(spec, null, 2) + '\n');
  renameSync(temporary, file);
  return file;
}
