import type { RunHooks } from '../experiments';
import { escapeHtml, fontFamily, palette, type LearningCurve } from '../figures';
import { liveDisplay } from './display';

/** At most this often, in milliseconds, the display is drawn anew. */
const interval = 400;

export interface LiveTraining {
  /** For `run` and `train`. */
  hooks: RunHooks;
  /** Aborted when the cell is interrupted: training stops after the step under way. */
  signal: AbortSignal;
  /** What was seen so far, for a figure. */
  curve: LearningCurve;
}

/** Hears the interrupt for the training followed last: a cell run again follows another one. */
let stop = (): void => undefined;

/** Follows a training in one display that updates itself: what is prepared, then loss, dev F1, time left. */
export function liveTraining(): LiveTraining {
  const draw = liveDisplay();
  const curve: LearningCurve = { loss: [], dev: [] };
  const controller = new AbortController();
  process.removeListener('SIGINT', stop);
  stop = () => controller.abort();
  process.once('SIGINT', stop);
  let total = 1;
  let last = 0;
  const render = (status: string) => {
    last = Date.now();
    draw(`${curve.loss.length ? chart(curve, total) : ''}<div style="font:13px ${fontFamily}">${escapeHtml(status)}</div>`);
  };
  const best = () => (curve.dev.length ? `, best dev F1 ${(100 * Math.max(...curve.dev.map(({ f1 }) => f1))).toFixed(2)}` : '');
  return {
    signal: controller.signal,
    curve,
    hooks: {
      onPhase(phase) {
        if (!curve.loss.length) render(`${phase} …`); // what comes after the training leaves its last line
      },
      onResume({ step, losses, curve: epochs }) {
        curve.loss.push(...losses);
        curve.dev.push(...epochs.map(({ step: at, f1 }) => ({ step: at, f1 })));
        total = Math.max(total, step);
        render(`goes on after step ${step}`);
      },
      onStep({ step, totalSteps, epoch, loss, secondsLeft }) {
        total = totalSteps;
        curve.loss.push({ step, loss });
        if (step === totalSteps || Date.now() - last < interval) return;
        render(`epoch ${epoch + 1}, step ${step} of ${totalSteps}, loss ${loss.toFixed(4)}${best()}, ${Math.ceil(secondsLeft)} s left`);
      },
      onEpoch({ epoch, step, f1, seconds }) {
        curve.dev.push({ step, f1 });
        render(`epoch ${epoch + 1} done: step ${step} of ${total}, dev F1 ${(100 * f1).toFixed(2)}${best()}, ${seconds.toFixed(1)} s`);
      },
    },
  };
}

const width = 620;
const height = 180;

/** Loss (blue, logarithmic) and dev F1 (vermillion, 0 to 100 %): quick to redraw, and an image, since SVG itself is dropped where a notebook is not trusted. */
function chart({ loss, dev }: LearningCurve, total: number): string {
  const x = (step: number) => ((width * step) / total).toFixed(1);
  const logs = loss.map((point) => Math.log10(Math.max(point.loss, 1e-6)));
  const low = logs.reduce((a, b) => Math.min(a, b), Infinity);
  const span = Math.max(1e-6, logs.reduce((a, b) => Math.max(a, b), -Infinity) - low);
  const stride = Math.ceil(loss.length / 300);
  const line = (points: string[], colour: string) => `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${points.join(' ')}"/>`;
  const losses = loss.flatMap(({ step }, i) => (i % stride === 0 ? [`${x(step)},${(height - 8 - ((height - 16) * (logs[i] - low)) / span).toFixed(1)}`] : []));
  const scores = dev.map(({ step, f1 }) => `${x(step)},${(height * (1 - f1)).toFixed(1)}`);
  const dots = scores.map((point) => `<circle r="4" fill="${palette[3]}" cx="${point.split(',')[0]}" cy="${point.split(',')[1]}"/>`);
  const [outerWidth, outerHeight] = [width + 12, height + 12];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-6 -6 ${outerWidth} ${outerHeight}" width="${outerWidth}" height="${outerHeight}" style="background:#fff;font:12px ${fontFamily}">
<rect width="${width}" height="${height}" fill="none" stroke="#ccc"/>${line(losses, palette[0])}${line(scores, palette[3])}${dots.join('')}
<text x="${width - 6}" y="16" text-anchor="end" fill="${palette[0]}">loss (log)</text><text x="${width - 6}" y="32" text-anchor="end" fill="${palette[3]}">dev F1, 0–100 %</text></svg>`;
  return `<img alt="loss and dev F1 by step" width="${outerWidth}" height="${outerHeight}" style="max-width:100%;height:auto" src="data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}">`;
}
