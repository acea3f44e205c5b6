import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { root } from './paths.mjs';

/** Runs a command and keeps what it prints. Never throws: a missing program has status -1. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => resolve({ status: -1, output: String(error.message) }));
    child.on('close', (status, signal) => resolve({ status: status ?? -1, output: signal ? `${output}\nended by ${signal}` : output }));
  });
}

/** Runs a command in the foreground with this terminal; its exit status. What ends this process ends it too. */
export function foreground(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
  // The child gets Ctrl-C from the terminal itself and ends in its own time; this process only waits for it.
  const handlers = { SIGINT: () => {}, SIGTERM: () => child.kill('SIGTERM'), SIGHUP: () => child.kill('SIGHUP') };
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => {
      for (const [name, handler] of Object.entries(handlers)) process.off(name, handler);
      resolve(status ?? (signal ? 128 + constants.signals[signal] : 1));
    });
  });
}

/** The end of a failed command's output: what a person needs to see of it. */
export const tail = (output, lines = 12) => output.trim().split('\n').slice(-lines).map((line) => `    ${line}`).join('\n');
