import { Interrupted } from '../training/progress';

/** How far a preparation is in the work under way: bytes of text, or buckets of hashes. */
export interface TextProgress {
  phase: 'reading' | 'duplicates' | 'counting' | 'packing';
  done: number;
  total: number;
}

/** Milliseconds between two reports. */
const interval = 100;

/** Lets a long loop report, be stopped, and leave the process its turn, ten times a second. */
export class Pace {
  private next = performance.now() + interval;

  constructor(private readonly watcher: { onProgress?: (progress: TextProgress) => void; signal?: AbortSignal }) {}

  due(): boolean {
    return performance.now() >= this.next;
  }

  async turn(phase: TextProgress['phase'], done: number, total: number): Promise<void> {
    this.watcher.onProgress?.({ phase, done, total });
    await new Promise((resolve) => setImmediate(resolve));
    if (this.watcher.signal?.aborted) throw new Interrupted('stopped while preparing the text, which will begin anew');
    this.next = performance.now() + interval;
  }
}
