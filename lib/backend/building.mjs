// What the builds of native addons share. Plain Node, since set-up runs it before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export const sha256 = (text) => createHash('sha256').update(text).digest('hex');

/** Programs under way, which a signal must end before their folder can go. */
const children = new Set();

/**
 * Runs a program to its end.
 * @param {{seconds?: number, environment?: Record<string, string>}} [options] `seconds` bounds it
 * @returns {Promise<string>} what it printed on standard output
 * @throws Error with the lines of standard error that tell what went wrong
 */
export function execute(command, args, { seconds, environment } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...environment }, timeout: seconds && seconds * 1000 });
    children.add(child);
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', (error) => {
      children.delete(child);
      reject(error);
    });
    child.on('close', (status, signal) => {
      children.delete(child);
      if (status === 0) return resolve(output);
      const lines = errors.split('\n').filter((line) => /error|undefined|cannot|killed/i.test(line));
      const told = (lines.length ? lines : errors.trim().split('\n')).slice(0, 5).join('\n');
      reject(new Error(told || `${path.basename(command)} ended ${signal ? `by ${signal}${seconds ? ` (it has ${seconds} s)` : ''}` : `with status ${status}`}`));
    });
  });
}

/**
 * Gives `work` an empty folder inside `parent`, and removes it however the work ends: by its return, an error, or Ctrl-C.
 * Folders that a killed process left are removed first.
 * @template T
 * @param {string} parent
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function inTemporaryFolder(parent, work) {
  removeAbandoned(parent);
  const folder = path.join(parent, `.building-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const stop = (signal) => {
    for (const child of children) child.kill('SIGKILL');
    remove();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await work(folder);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    remove();
  }
}

function removeAbandoned(parent) {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const owner = /^\.building-(\d+)$/.exec(name)?.[1];
    if (owner && !isRunning(Number(owner))) rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Writes the record that tells the loader which build is in use, unless it stands there already. */
export function writeRecord(file, record) {
  const text = JSON.stringify(record, null, 2) + '\n';
  if (existsSync(file) && readFileSync(file, 'utf8') === text) return;
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, file);
}

/**
 * Marks a build as just used and removes the others but the `keep` used last: a few stay, since one goes to and fro
 * between branches, compilers and libraries.
 * @param {(name: string) => boolean} isBuild which folders of `parent` are builds
 * @returns {string[]} the builds that stay, the one in use first
 */
export function pruneBuilds(parent, inUse, keep, isBuild) {
  const now = new Date();
  utimesSync(path.join(parent, inUse), now, now);
  const others = readdirSync(parent)
    .filter((name) => name !== inUse && isBuild(name))
    .map((name) => ({ name, used: statSync(path.join(parent, name)).mtimeMs }))
    .sort((a, b) => b.used - a.used);
  for (const { name } of others.slice(keep)) rmSync(path.join(parent, name), { recursive: true, force: true });
  return [inUse, ...others.slice(0, keep).map(({ name }) => name)];
}
