import type { Command } from 'commander';
import { existsSync, readdirSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { execFileSync } from 'node:child_process';
import { inProject } from '../common/files';
import { ownMemory } from '../common/own-memory';
import { availableCorpora, corpusFolders } from '../corpus/locate';

/** One thing looked for: whether it is there, what was found, and, where it is not, what that loses and how to get it. */
interface Check {
  name: string;
  ok: boolean;
  found: string;
  lost?: string;
  remedy?: string;
}

export function register(program: Command): void {
  program
    .command('doctor')
    .description('what is there, what is not, and what to do about it')
    .option('--json', 'the checks as JSON')
    .action(async (options: { json?: boolean }) => {
      const packages = venv();
      const checks = [machine(), await memory(), compiler(), python(packages), jupyter(packages), await browser(), fonts(), ...(await backends()), ...corpora(), weights()];
      process.stdout.write(options.json ? JSON.stringify(checks, null, 2) + '\n' : checks.map(lines).join(''));
    });
}

function lines({ name, ok, found, lost, remedy }: Check): string {
  const detail = (label: string, text?: string) => (!ok && text ? `${' '.repeat(23)}${label}: ${text}\n` : '');
  return `${ok ? '✓' : '–'} ${name.padEnd(20)} ${found}\n${detail('lost', lost)}${detail('to get it', remedy)}`;
}

/** The first line that a command prints, or nothing where it is missing or fails. */
function firstLine(command: string, args: string[]): string | undefined {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000 }).trim().split('\n')[0];
  } catch {
    return undefined;
  }
}

function machine(): Check {
  const cpu = os.cpus()[0]?.model ?? 'unknown CPU';
  return { name: 'machine', ok: true, found: `Node ${process.versions.node}, ${os.availableParallelism()} threads of ${cpu}` };
}

/** What the system has, what a small training-sized product takes of libtorch's memory, and each GPU's. */
async function memory(): Promise<Check> {
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const limited = ownMemory() < os.totalmem() ? ` (this process may have ${gib(ownMemory())})` : '';
  const gpus = firstLine('nvidia-smi', ['--query-gpu=memory.total,memory.free', '--format=csv,noheader']);
  const found = [`${gib(os.totalmem())}${limited}, ${gib(process.availableMemory())} available`, await libtorchMemory(), gpus && `GPU: ${gpus} free`];
  return { name: 'memory', ok: true, found: found.filter(Boolean).join('; ') };
}

async function libtorchMemory(): Promise<string | undefined> {
  const { probeBackends, prepareBackend, torchMemory } = await import('../backend');
  if (!(await probeBackends()).some(({ name, available }) => name === 'torch' && available)) return undefined;
  const tf = await import('@tensorflow/tfjs');
  try {
    await prepareBackend({ backend: 'torch', quiet: true });
  } catch (error) {
    return `libtorch does not start: ${(error as Error).message.split('\n')[0]}`;
  }
  const before = torchMemory(true)!.bytes;
  tf.tidy(() => { tf.matMul(tf.ones([1024, 1024]), tf.ones([1024, 1024])); });
  const { bytes, peakBytes } = torchMemory()!;
  const mib = (count: number) => `${(count / 2 ** 20).toFixed(0)} MiB`;
  return `libtorch holds ${mib(bytes)}, ${mib(peakBytes - before)} at most in a product of two matrices of 4 MiB`;
}

function compiler(): Check {
  const version = firstLine(process.env.CXX ?? 'g++', ['--version']);
  return version
    ? { name: 'C++ compiler', ok: true, found: version }
    : { name: 'C++ compiler', ok: false, found: 'no g++', lost: 'building the fast backend', remedy: 'Debian: apt install g++; or name another by CXX' };
}

/** The Python of .venv and its packages' versions, read from their metadata: importing torch would take seconds. */
function venv(): { python: string; torch?: string; jupyterlab?: string } | undefined {
  const script = [
    'import json, sys',
    'from importlib.metadata import distributions',
    'names = {"torch", "jupyterlab"}',
    'found = {d.metadata["Name"]: d.version for d in distributions() if d.metadata["Name"] in names}',
    'print(json.dumps({"python": "%d.%d.%d" % sys.version_info[:3], **found}))',
  ].join('\n');
  const printed = firstLine(inProject('.venv', 'bin', 'python'), ['-c', script]);
  return printed === undefined ? undefined : JSON.parse(printed);
}

function python(found: ReturnType<typeof venv>): Check {
  return found?.torch
    ? { name: 'Python', ok: true, found: `Python ${found.python} with torch ${found.torch} in .venv` }
    : { name: 'Python', ok: false, found: found ? 'no torch in .venv' : 'no .venv', lost: 'the fast backend (unless libtorch is found elsewhere) and PyTorch peers in benches', remedy: 'npm run setup' };
}

function jupyter(found: ReturnType<typeof venv>): Check {
  const kernel = existsSync(inProject('.venv', 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json'));
  if (found?.jupyterlab && kernel) return { name: 'Jupyter', ok: true, found: `JupyterLab ${found.jupyterlab}, with the TypeScript kernel` };
  return { name: 'Jupyter', ok: false, found: found?.jupyterlab ? 'no TypeScript kernel' : 'no JupyterLab in .venv', lost: 'notebooks', remedy: 'npm run setup' };
}

async function browser(): Promise<Check> {
  const { findChromium } = await import('../figures/chromium');
  const chromium = findChromium();
  return chromium
    ? { name: 'browser', ok: true, found: `${firstLine(chromium, ['--version']) ?? 'Chromium'} (${chromium})` }
    : { name: 'browser', ok: false, found: 'no Chromium', lost: 'figures as SVG and PNG (HTML figures and the report need none)', remedy: 'Debian: apt install chromium; or name one by CHROMIUM_PATH' };
}

function fonts(): Check {
  const chinese = firstLine('fc-list', [':lang=zh', 'family']);
  return chinese
    ? { name: 'Chinese font', ok: true, found: chinese.split(',')[0] }
    : { name: 'Chinese font', ok: false, found: 'none listed by fc-list', lost: 'Chinese characters in PNG figures', remedy: 'Debian: apt install fonts-noto-cjk' };
}

async function backends(): Promise<Check[]> {
  const { probeBackends } = await import('../backend');
  return (await probeBackends()).map(({ name, device, available, version, reason, remedy }) => ({
    name: `${name} on ${device}`, ok: available, found: available ? (version ?? 'available') : (reason ?? 'not there'), remedy,
  }));
}

function corpora(): Check[] {
  return availableCorpora().map(({ id, folder }) => {
    if (folder) return { name: `corpus ${id}`, ok: true, found: folder };
    const places = corpusFolders(id).map((place) => (existsSync(place) ? `${place} has not its files (${readdirSync(place).slice(0, 3).join(', ') || 'nothing'})` : `no ${place}`));
    return { name: `corpus ${id}`, ok: false, found: places.join('; '), remedy: 'data/README.md says where to ask for it' };
  });
}

function weights(): Check {
  const folder = inProject('data', 'models');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'config.json'))) : [];
  return names.length
    ? { name: 'encoder weights', ok: true, found: names.join(', ') }
    : { name: 'encoder weights', ok: false, found: 'none', lost: 'the default profiles, which start from medner-mini (--set model.encoder.weights=null trains from random weights), and the paper\'s', remedy: 'git checkout data/models; npx medner weights import FOLDER' };
}
