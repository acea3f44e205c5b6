import type { Command } from 'commander';
import { existsSync, readdirSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { execFileSync } from 'node:child_process';
import { inProject } from '../common/files';

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
      const checks = [machine(), compiler(), python(), jupyter(), await browser(), fonts(), ...(await backends()), ...corpora(), weights()];
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
  const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
  const cpu = os.cpus()[0]?.model ?? 'unknown CPU';
  return { name: 'machine', ok: true, found: `Node ${process.versions.node}, ${os.availableParallelism()} threads of ${cpu}, ${gib(os.totalmem())} memory, ${gib(os.freemem())} free` };
}

function compiler(): Check {
  const version = firstLine(process.env.CXX ?? 'g++', ['--version']);
  return version
    ? { name: 'C++ compiler', ok: true, found: version }
    : { name: 'C++ compiler', ok: false, found: 'no g++', lost: 'building the fast backend', remedy: 'Debian: apt install g++; or name another by CXX' };
}

function python(): Check {
  const inVenv = inProject('.venv', 'bin', 'python');
  const found = existsSync(inVenv) && firstLine(inVenv, ['-c', 'import torch, sys; print("Python %d.%d.%d with torch %s in .venv" % (*sys.version_info[:3], torch.__version__))']);
  return found
    ? { name: 'Python', ok: true, found }
    : { name: 'Python', ok: false, found: 'no .venv with torch', lost: 'the fast backend (unless libtorch is found elsewhere) and PyTorch peers in benches', remedy: 'npm run setup' };
}

function jupyter(): Check {
  const found = firstLine(inProject('.venv', 'bin', 'jupyter'), ['lab', '--version']);
  const kernel = inProject('.venv', 'share', 'jupyter', 'kernels', 'tslab', 'kernel.json');
  if (found && existsSync(kernel)) return { name: 'Jupyter', ok: true, found: `JupyterLab ${found}, with the TypeScript kernel` };
  return { name: 'Jupyter', ok: false, found: found ? 'no TypeScript kernel' : 'no JupyterLab in .venv', lost: 'notebooks', remedy: 'npm run setup' };
}

async function browser(): Promise<Check> {
  const { findChromium } = await import('../figures/export');
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
  return (await probeBackends()).map(({ name, available, version, reason, remedy }) => ({
    name: `backend ${name}`, ok: available, found: available ? (version ?? 'available') : (reason ?? 'not there'), remedy,
  }));
}

function corpora(): Check[] {
  return ['sample', 'cmeee-v2', 'ccks2017', 'ccks2019', 'ccks2020'].map((id) => {
    const places = id === 'sample' ? [inProject('data', 'sample')]
      : [...(process.env.MEDNER_DATA ? [path.resolve(process.env.MEDNER_DATA, id)] : []), inProject('data', 'corpora', id)];
    const place = places.find((folder) => existsSync(folder) && readdirSync(folder).length > 0);
    return place
      ? { name: `corpus ${id}`, ok: true, found: place }
      : { name: `corpus ${id}`, ok: false, found: `not in ${places.join(' nor ')}`, remedy: 'data/README.md says where to ask for it' };
  });
}

function weights(): Check {
  const folder = inProject('data', 'models');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(path.join(folder, name, 'config.json'))) : [];
  return names.length
    ? { name: 'encoder weights', ok: true, found: names.join(', ') }
    : { name: 'encoder weights', ok: false, found: 'none', lost: 'the paper profile; the others train from random weights', remedy: 'npx medner weights import FOLDER' };
}
