import * as tf from '@tensorflow/tfjs';
import { prepareBackend, type BackendName } from '../lib/backend';
import { borrowedKernels } from '../lib/backend/borrowed-kernels';
import { displayPath, inProject, writeFileAtomic, writeJson } from '../lib/common';
import { allCases, compareWithCpu } from '../test/backend/compare';
import type { KernelCase } from '../test/backend/kernel-cases';
import { backendMissing, Samples, toTensor } from '../test/backend/support';

const backends: BackendName[] = ['torch', 'wasm', 'tensorflow'];

/** How a kernel of a backend stands to cpu's; `differs` tells each way. */
type Cell = { state: 'agrees' | 'borrowed' | 'not compared' | 'not there' } | { state: 'differs'; how: string[] };

interface KernelRow {
  kernel: string;
  /** Comparisons that run it. */
  cases: number;
  on: Partial<Record<BackendName, Cell>>;
}

interface KernelTable {
  /** Of what computes; a backend that is not there has the reason instead. */
  versions: Record<string, string>;
  kernels: KernelRow[];
}

/** Runs every comparison of the kernel tests and tells, for each of tfjs's kernels, how each backend's stands to cpu's. */
export async function kernels(save: boolean): Promise<string> {
  const table = await compareAll();
  if (!save) return markdown(table);
  writeJson(inProject('results', 'bench', 'kernels.json'), table);
  const file = inProject('results', 'bench', 'kernels.md');
  writeFileAtomic(file, markdown(table));
  return `${summary(table).join('\n')}\nall in ${displayPath(file)}\n`;
}

async function compareAll(): Promise<KernelTable> {
  const { versions: { tfjs } } = await prepareBackend({ backend: 'cpu', quiet: true });
  const versions: Record<string, string> = { tfjs, cpu: `tfjs ${tfjs}, the reference` };
  const run = new Map<KernelCase, Set<string>>();
  for (const one of allCases) run.set(one, await kernelsOf(one));
  const names = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName).sort();
  const rows = names.map((kernel): KernelRow => ({ kernel, cases: [...run.values()].filter((used) => used.has(kernel)).length, on: {} }));
  for (const backend of backends) {
    const missing = await backendMissing(backend);
    versions[backend] = missing ?? (await versionOf(backend));
    if (!missing) await compareOn(backend, run, rows);
  }
  return { versions, kernels: rows };
}

async function versionOf(backend: BackendName): Promise<string> {
  const { versions } = await prepareBackend({ backend, quiet: true });
  const { tfjs, ...own } = versions;
  return Object.entries(own).map(([name, version]) => (version.includes(' ') ? version : `${name} ${version}`)).join(', ') || `tfjs ${tfjs}`;
}

/** The kernels that a case runs, its gradients' among them. */
async function kernelsOf({ name, inputs, run }: KernelCase): Promise<Set<string>> {
  await prepareBackend({ backend: 'cpu', quiet: true });
  const { kernelNames } = await tf.profile(() => tf.tidy(() => { run(...inputs(Samples.named(name)).map(toTensor)); return tf.scalar(0); }));
  return new Set(kernelNames);
}

async function compareOn(backend: BackendName, run: Map<KernelCase, Set<string>>, rows: KernelRow[]): Promise<void> {
  const differences = new Map<string, Set<string>>();
  for (const [one, used] of run) {
    const how = one.differs?.[backend] ?? (await differenceOf(one, backend));
    if (how === undefined) continue;
    // A difference is laid to the kernels that the case is named after, where it runs others too.
    const named = [...used].filter((kernel) => one.name.split(/\W+/).includes(kernel));
    for (const kernel of named.length ? named : used) differences.set(kernel, (differences.get(kernel) ?? new Set()).add(how));
  }
  await prepareBackend({ backend, quiet: true });
  const there = new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName));
  const borrowed = borrowedKernels(backend);
  for (const row of rows) {
    const how = differences.get(row.kernel);
    if (!there.has(row.kernel)) row.on[backend] = { state: 'not there' };
    else if (borrowed.has(row.kernel)) row.on[backend] = { state: 'borrowed' };
    else if (how) row.on[backend] = { state: 'differs', how: [...how] };
    else row.on[backend] = { state: row.cases ? 'agrees' : 'not compared' };
  }
}

async function differenceOf(one: KernelCase, backend: BackendName): Promise<string | undefined> {
  try {
    await compareWithCpu(one, backend);
    return undefined;
  } catch (error) {
    return (error as Error).message.split('\n')[0];
  }
}

function summary({ versions, kernels }: KernelTable): string[] {
  return backends.map((backend) => {
    const cells = kernels.flatMap((row) => row.on[backend] ?? []);
    if (!cells.length) return `${backend}: not here (${versions[backend]})`;
    const count = (state: Cell['state']): string => `${cells.filter((cell) => cell.state === state).length} ${state}`;
    return `${backend}: ${(['agrees', 'differs', 'borrowed', 'not compared', 'not there'] as const).map(count).join(', ')}`;
  });
}

const told = (cell: Cell | undefined): string => {
  if (!cell) return '';
  return cell.state === 'agrees' ? '✓' : cell.state === 'differs' ? `differs: ${cell.how.join('; ').replace(/\|/g, '\\|')}` : cell.state;
};

function markdown(table: KernelTable): string {
  const { versions, kernels } = table;
  return [
    '# tfjs\'s kernels on each backend',
    '',
    'Made by `npm run bench -- kernels --save`: the comparisons of `test/backend`, each kernel against tfjs\'s plain JavaScript (`cpu`) on fixed and on drawn shapes, types and',
    'attributes. ✓ agrees in all of them; *borrowed*: the backend has none, and cpu\'s runs on copies; *not compared*: no comparison runs it, since nothing here uses it.',
    'A difference stands where a backend\'s own kernel does something else in a case that nothing here relies on.',
    '',
    ...Object.entries(versions).map(([name, version]) => `- ${name}: ${version}`),
    '',
    ...summary(table).map((line) => `- ${line}`),
    '',
    `| kernel | cases | ${backends.join(' | ')} |`,
    `| --- | ---: | ${backends.map(() => '---').join(' | ')} |`,
    ...kernels.map((row) => `| ${row.kernel} | ${row.cases} | ${backends.map((backend) => told(row.on[backend])).join(' | ')} |`),
    '',
  ].join('\n');
}
