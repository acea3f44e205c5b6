import assert from 'node:assert/strict';
import fc from 'fast-check';
import { systemClock } from '../../lib/llm';
import { retryAfterSeconds } from '../../lib/llm/retry';
import { Slots } from '../../lib/llm/slots';
import { mostPromptTokens } from '../../lib/llm/token-bounds';

describe('waiting for a server', () => {
  it('reads Retry-After as RFC 9110 has it', () => {
    const now = Date.UTC(2026, 0, 1);
    assert.equal(retryAfterSeconds('120', now), 120);
    assert.equal(retryAfterSeconds(' 0.5 ', now), 0.5);
    assert.equal(retryAfterSeconds('Thu, 01 Jan 2026 00:02:00 GMT', now), 120);
    assert.equal(retryAfterSeconds('Wed, 31 Dec 2025 00:00:00 GMT', now), 0);
    for (const neither of [null, undefined, '', '-1', 'soon', '5 apples', 'Thu, nonsense']) assert.equal(retryAfterSeconds(neither, now), undefined);
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e6 }), (seconds) => retryAfterSeconds(new Date(now + seconds * 1000).toUTCString(), now) === seconds));
  });

  it('ends at once when it is interrupted, before or during', async () => {
    await assert.rejects(systemClock.sleep(60_000, AbortSignal.abort()), { name: 'Interrupted' });
    await assert.rejects(systemClock.sleep(60_000, AbortSignal.timeout(10)), { name: 'Interrupted' });
    await systemClock.sleep(5);
  });

  it('gives slots in order, and again after a failure', async () => {
    const slots = new Slots(2);
    const order: number[] = [];
    const jobs = [0, 1, 2, 3, 4].map((i) => slots.run(async () => {
      order.push(i);
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (i < 2) throw new Error('failed');
    }));
    const outcomes = await Promise.allSettled(jobs);
    assert.deepEqual(order, [0, 1, 2, 3, 4]);
    assert.deepEqual(outcomes.map(({ status }) => status), ['rejected', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
  });

  it('expects no fewer prompt tokens than bytes', () => {
    fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
      const messages = texts.map((content) => ({ role: 'user' as const, content }));
      return mostPromptTokens(messages) === 64 + texts.reduce((sum, text) => sum + 16 + new TextEncoder().encode(text).length, 0);
    }));
  });
});
