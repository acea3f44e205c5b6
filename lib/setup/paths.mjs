import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
export const venv = path.join(root, '.venv');
export const venvPython = path.join(venv, 'bin', 'python');
export const at = (...parts) => path.join(root, ...parts);

export const sha256 = (file) => createHash('sha256').update(readFileSync(file)).digest('hex');

/** The text of a stamp file, or '' where there is none. Set-up leaves one beside what it finished. */
export const stamp = (file) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : '');
