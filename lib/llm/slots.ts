/** At most `size` jobs at a time; the others wait in the order they came. */
export class Slots {
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor(size: number) {
    this.free = size;
  }

  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await job();
    } finally {
      // Handed on rather than freed: no newcomer can take it from who waits.
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}
