import { Interrupted } from '../common';

/** How far it is in the work under way: bytes of text, buckets of hashes, or words trained on. */
export interface TextProgress {
  phase: 'reading' | 'duplicates' | 'counting' | 'packing' | 'segmenting' | 'training';
  done: number;
  total: number;
}

/** Milliseconds between two reports. */
const interval = 100;

/** Lets a long loop report, be stopped, and leave the process its turn, ten times a second. */
export class Pace {
  private next = performance.now() + interval;

  /** @param stopped what one who interrupts is told */
  constructor(
    private readonly watcher: { onProgress?: (progress: TextProgress) => void; signal?: AbortSignal },
    private readonly stopped = 'stopped while preparing the text, which will begin anew',
  ) {}

  due(): boolean {
    return performance.now() >= this.next;
  }

  async turn(phase: TextProgress['phase'], done: number, total: number): Promise<void> {
    this.watcher.onProgress?.({ phase, done, total });
    await new Promise((resolve) => setImmediate(resolve));
    if (this.watcher.signal?.aborted) throw new Interrupted(this.stopped);
    this.next = performance.now() + interval;
  }
}
