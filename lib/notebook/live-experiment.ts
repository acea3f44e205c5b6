import { escapeHtml, fontFamily } from '../figures';
import type { ExperimentOutput, ExperimentRequest } from '../experiments';
import { liveDisplay } from './display';

/** At most this often, in milliseconds, a share done is drawn anew. */
const interval = 500;

/** What an experiment is to a notebook: how many runs it takes, and how they become tables. */
export interface Runnable<Output extends ExperimentOutput> {
  runs(request: ExperimentRequest): number;
  run(request: ExperimentRequest): Promise<Output>;
}

/**
 * An experiment in one display that tells which run is under way: finished runs are read back, the others made. Interrupting the cell stops after the
 * step under way; run it again and it goes on from there. Without seeds the profile's are taken.
 */
export async function liveExperiment<Output extends ExperimentOutput>(experiment: Runnable<Output>, request: Omit<ExperimentRequest, 'hooks' | 'signal'>): Promise<Output> {
  const draw = liveDisplay();
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGINT', stop);
  const asked = { ...request, seeds: request.seeds?.length ? request.seeds : null, signal: controller.signal };
  const total = experiment.runs(asked);
  const began = Date.now();
  let [label, phase, share, drawn, back, made] = ['', '', 0, 0, 0, 0];
  const say = (text: string): void => draw(`<div style="font:13px ${fontFamily}">${escapeHtml(text)}</div>`);
  const render = (): void => {
    drawn = Date.now();
    say(`run ${Math.min(back + made + 1, total)} of ${total}: ${label}${phase && `, ${phase}`}${share > 0 ? ` ${(100 * share).toFixed(0)} %` : ''}`);
  };
  const hooks: ExperimentRequest['hooks'] = {
    onRun(name) {
      [label, phase, share] = [name, '', 0];
      if (Date.now() - drawn > interval) render();
    },
    run: {
      onPhase(name) {
        [phase, share] = [name, 0];
        render();
      },
      onProgress(done) {
        share = done;
        if (Date.now() - drawn > interval) render();
      },
    },
    onRunDone(cached) {
      if (cached) back++;
      else made++;
    },
  };
  try {
    const output = await experiment.run({ ...asked, hooks });
    say(`${total === 1 ? '1 run' : `${total} runs`}: ${back} read back, ${made} made, in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    return output;
  } finally {
    process.removeListener('SIGINT', stop);
  }
}
