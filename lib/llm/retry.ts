import { Interrupted, type Random } from '../common';

export interface RetryOptions {
  /** Times that a call is made at most. */
  attempts: number;
  /** Before the second attempt, in seconds; each later wait is twice the one before. */
  firstWaitSeconds: number;
  /** No wait is longer. A server that asks for a longer one ends the job: it is out of quota for now. */
  longestWaitSeconds: number;
}

/** 1, 2, 4, 8, 16 seconds (with jitter 0.5 to 1 of each): half a minute of a server's absence is waited out. */
export const defaultRetries: RetryOptions = { attempts: 6, firstWaitSeconds: 1, longestWaitSeconds: 120 };

/** What tells the time and waits. Tests have one that does not wait. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const stop = (): void => {
        clearTimeout(timer);
        reject(new Interrupted('stopped while waiting for the server'));
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop);
        resolve();
      }, milliseconds);
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    }),
};

/** A failure that may pass. */
export class Transient extends Error {
  override name = 'Transient';

  /**
   * @param message what happened, fit to be shown
   * @param waitSeconds what the server asks to wait, if it does
   */
  constructor(message: string, readonly waitSeconds?: number) {
    super(message);
  }
}

/** Retry-After: seconds, or a date (RFC 9110, section 10.2.3). Undefined where it is neither. */
export function retryAfterSeconds(header: string | null | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  // Date.parse alone would take '-1' and '5 apples' for dates.
  const at = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1000);
}

/**
 * Makes a call until it succeeds, waiting longer each time. A wait that the server asks for is kept, and a jitter added, so that calls sent
 * away together do not return together.
 * @param random of the jitter: one stream a request, so that the waits of a request do not depend on others
 * @returns the call's value; what it throws other than `Transient` passes through
 * @throws Transient the last one, when attempts are used up or the wait asked for is too long
 */
export async function withRetries<T>(
  call: () => Promise<T>,
  { attempts, firstWaitSeconds, longestWaitSeconds, random, clock, signal, onRetry }:
    RetryOptions & { random: Random; clock: Clock; signal?: AbortSignal; onRetry?: (reason: string, waitSeconds: number) => void },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      if (attempt >= attempts) throw new Transient(`${error.message} (attempt ${attempt}, the last)`);
      if ((error.waitSeconds ?? 0) > longestWaitSeconds) {
        throw new Transient(`${error.message}; the server asks to wait ${Math.ceil(error.waitSeconds!)} s, more than the ${longestWaitSeconds} s allowed`);
      }
      const backoff = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** (attempt - 1)) * (0.5 + random.uniform() / 2);
      const wait = error.waitSeconds === undefined ? backoff : error.waitSeconds + (firstWaitSeconds * random.uniform()) / 2;
      onRetry?.(error.message, wait);
      await clock.sleep(wait * 1000, signal);
    }
  }
}
