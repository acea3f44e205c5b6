import { loadavg } from 'node:os';
import type { BenchRow } from '../lib/cli/bench';
import type { PythonPeer } from './peers/python';
import { halfQuartileSpread, median } from './spread';

/** What one step took, and a number by which both sides can be seen to compute the same. */
export interface Step {
  ms: number;
  /** Processor time of all threads, in ms. */
  cpu: number;
  value: number;
}

/** Times one step of ours. */
export function timed(step: () => number): Step {
  const [begin, used] = [performance.now(), process.cpuUsage()];
  const value = step();
  const { user, system } = process.cpuUsage(used);
  return { ms: performance.now() - begin, cpu: (user + system) / 1000, value };
}

const warmUps = 2;
const repeats = 9;

/** Rows of one case, ours and the peer's steps in turn. Both values must agree to `digits` relative digits. */
export async function besidePeer(bench: string, name: string, ours: () => Step, peer: PythonPeer<Step> | undefined, digits = 4): Promise<BenchRow[]> {
  const load = loadavg()[0];
  const steps = { ours: [] as Step[], peer: [] as Step[] };
  for (let run = 0; run < warmUps + repeats; run++) {
    const mine = ours();
    const theirs = await peer?.ask();
    if (theirs && Math.abs(mine.value - theirs.value) > 10 ** -digits * Math.abs(theirs.value)) {
      throw new Error(`${bench}, ${name}: ours is ${mine.value}, PyTorch's ${theirs.value}: the two do not compute the same`);
    }
    if (run < warmUps) continue;
    steps.ours.push(mine);
    if (theirs) steps.peer.push(theirs);
  }
  return (['ms', 'cpu'] as const).map((key) => {
    const mine = steps.ours.map((step) => step[key]);
    const theirs = steps.peer.length ? median(steps.peer.map((step) => step[key])) : null;
    const metric = key === 'ms' ? 'ms a step' : 'CPU ms a step';
    return { bench, case: name, metric, ours: median(mine), peer: theirs, ratio: theirs && theirs / median(mine), spread: halfQuartileSpread(mine), load };
  });
}
