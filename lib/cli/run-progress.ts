import { Presets, SingleBar } from 'cli-progress';

/** Without a terminal, a line at most this often. */
const lineEvery = 10_000;

/** Less of a run than this tells nothing of its pace: most of it was reading data. */
const enoughForPace = 0.02;

/** `1:02:03`, `02:03`; `?` where unknown. */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return (parts[0] ? parts : parts.slice(1)).map((part, i) => (i ? String(part).padStart(2, '0') : String(part))).join(':');
}

/**
 * Progress over several runs on standard error: one bar on a terminal, else a line now and then. The time left is estimated
 * from the runs that were made, since those that are read back take no time.
 */
export class RunProgress {
  private readonly bar: SingleBar | null;
  private readonly begun = Date.now();
  private label = '';
  private done = 0;
  private share = 0;
  private told: number | undefined;
  /** Runs' worth of work that took time. */
  private worked = 0;
  private lastLine = 0;

  constructor(private readonly total: number) {
    this.bar = process.stderr.isTTY
      ? new SingleBar(
          { format: '{bar} {runs}/{total} runs, {left} left | {label}', stream: process.stderr, hideCursor: true, clearOnComplete: true, fps: 4 },
          Presets.shades_classic,
        )
      : null;
    this.bar?.start(Math.max(1, total), 0, this.payload());
  }

  /** A run begins. */
  run(label: string): void {
    this.label = label;
    this.show();
  }

  /** What the run does now; `urgent` is told at once, whenever the last line was. */
  phase(phase: string, urgent = false): void {
    this.label = `${this.label.split(': ')[0]}: ${phase}`;
    if (urgent) this.lastLine = 0;
    this.show();
  }

  /** Share of the run that is done, of runs side by side their sum, and, where the caller knows better than its pace so far, the seconds that are left of it. */
  progress(share: number, secondsLeft?: number): void {
    this.share = share;
    this.told = secondsLeft;
    this.show();
  }

  runDone(cached: boolean): void {
    this.done++;
    if (!cached) {
      this.worked++;
      // What others did beside it stays.
      this.share = Math.max(0, this.share - 1);
    }
    this.show();
  }

  /** Prints text between updates of the bar. */
  print(text: string): void {
    if (this.bar && this.total > 0) process.stderr.write('\r\u001b[K');
    process.stderr.write(text);
    this.show();
  }

  stop(): void {
    this.bar?.stop();
  }

  private secondsLeft(): number {
    if (this.told !== undefined) return this.told;
    const worked = this.worked + this.share;
    return worked >= enoughForPace ? ((Date.now() - this.begun) / 1000 / worked) * (this.total - this.done - this.share) : NaN;
  }

  private payload(): { runs: string; left: string; label: string } {
    return { runs: (this.done + this.share).toFixed(1), left: clock(this.secondsLeft()), label: this.label };
  }

  private show(): void {
    if (this.bar) {
      this.bar.update(this.done + this.share, this.payload());
    } else if (Date.now() - this.lastLine >= lineEvery) {
      this.lastLine = Date.now();
      const { runs, left, label } = this.payload();
      process.stderr.write(`${clock((Date.now() - this.begun) / 1000)}  ${runs} of ${this.total} runs, about ${left} left  ${label}\n`);
    }
  }
}
