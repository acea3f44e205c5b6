import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import * as path from 'node:path';

/** Folders that this process is filling. */
const filling = new Set<string>();

/**
 * Makes a folder that is either whole or not there: `make` fills another one beside it, which then takes its name. `proof`
 * is the file in it that is written last. Two processes that make the same folder at once each make their own, and the
 * first to finish is kept.
 *
 * @returns whether it had to be made
 */
export async function makeFolder(folder: string, proof: string, make: (folder: string) => Promise<void>): Promise<boolean> {
  if (existsSync(proof)) return false;
  const parent = path.dirname(folder);
  mkdirSync(parent, { recursive: true });
  removeAbandoned(folder);
  const draft = path.join(parent, `${draftPrefix(folder)}${process.pid}.${randomBytes(4).toString('hex')}.tmp`);
  filling.add(draft);
  try {
    mkdirSync(draft);
    await make(draft);
    if (existsSync(proof)) return true;
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
    return true;
  } finally {
    rmSync(draft, { recursive: true, force: true });
    filling.delete(draft);
  }
}

const draftPrefix = (folder: string) => `.${path.basename(folder)}.${hostname()}.`;

/** Removes what processes of this machine left when they were killed; in a container, one of them may have had our own id. */
function removeAbandoned(folder: string): void {
  const parent = path.dirname(folder);
  const prefix = draftPrefix(folder);
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const draft = path.join(parent, name);
    const pid = Number(name.slice(prefix.length).split('.')[0]);
    if (pid === process.pid ? !filling.has(draft) : !isAlive(pid)) rmSync(draft, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
