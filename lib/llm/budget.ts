import { JobError } from '../common';

/** The next call could cost more than is left. What was answered before is in the cache. */
export class CostCeilingReached extends JobError {
  override name = 'CostCeilingReached';
}

/**
 * Money of one job. A call reserves the most it can cost before it is made and settles what it did cost; so the sum never passes the ceiling,
 * however many calls are under way. The ceiling is one of this process's spending: replies read from the cache cost nothing.
 */
export class Budget {
  /** What servers counted. */
  spent = 0;
  /** The most that calls may have cost whose end was never seen (timeouts, broken connections): counted against the ceiling. */
  unsettled = 0;
  private reserved = 0;
  private waiting: (() => void)[] = [];

  constructor(readonly ceiling = Infinity) {}

  /**
   * Waits while calls under way might leave enough.
   * @throws CostCeilingReached when nothing is under way and `most` does not fit
   */
  async reserve(most: number): Promise<void> {
    while (this.spent + this.unsettled + this.reserved + most > this.ceiling) {
      if (this.reserved === 0) {
        const again = this.spent + this.unsettled > 0 ? ', or run again: replies that were paid for are read from the cache, and each run may spend up to its own ceiling' : '';
        const may = this.unsettled > 0 ? `, and up to ${money(this.unsettled)} for calls that broke off` : '';
        throw new CostCeilingReached(
          `the next call may cost up to ${money(most)}, which passes the ceiling of ${money(this.ceiling)}: ${money(this.spent)} is spent${may}; ` +
            `raise the ceiling${again}`,
        );
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.reserved += most;
  }

  /** Ends a reservation of `most`, with what the call cost, or `unknown`. */
  settle(most: number, cost: number | 'unknown'): void {
    // Sums of floats: with nothing under way, a rest of 1e-19 must not count as a call.
    this.reserved = Math.abs(this.reserved - most) < 1e-12 ? 0 : this.reserved - most;
    if (cost === 'unknown') this.unsettled += most;
    else this.spent += cost;
    for (const resume of this.waiting.splice(0)) resume();
  }
}

function money(amount: number): string {
  return amount >= 0.01 || amount === 0 ? amount.toFixed(2) : amount.toPrecision(2);
}
