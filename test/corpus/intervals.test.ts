import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { nesting } from '../../lib/corpus';

interface Span {
  start: number;
  end: number;
}

const contains = (a: Span, b: Span) => a.start <= b.start && b.end <= a.end && (a.start !== b.start || a.end !== b.end);

/** The definitions, pair by pair. */
function byDefinition(spans: Span[]) {
  const depth = (span: Span): number => 1 + Math.max(0, ...spans.filter((other) => contains(other, span)).map(depth));
  let crossingPairs = 0;
  for (const a of spans) for (const b of spans) if (a.start < b.start && b.start < a.end && a.end < b.end) crossingPairs++;
  return {
    inside: spans.map((span) => spans.some((other) => contains(other, span))),
    containing: spans.map((span) => spans.some((other) => contains(span, other))),
    depth: spans.map(depth),
    crossingPairs,
  };
}

const spans = fc.array(
  fc.tuple(fc.nat(12), fc.integer({ min: 1, max: 8 })).map(([start, length]) => ({ start, end: start + length })),
  { maxLength: 14 },
);

describe('nesting', () => {
  it('knows nested, equal, crossing and touching spans', () => {
    const entities = [{ start: 0, end: 6 }, { start: 1, end: 3 }, { start: 1, end: 3 }, { start: 2, end: 8 }, { start: 8, end: 9 }];
    assert.deepEqual(nesting(entities), { inside: [false, true, true, false, false], containing: [true, false, false, false, false], depth: [1, 2, 2, 1, 1], crossingPairs: 3 });
  });

  it('agrees with the definitions on random spans', () => {
    fc.assert(fc.property(spans, (random) => assert.deepEqual(nesting(random), byDefinition(random))), { numRuns: 1000 });
  });

  it('takes thousands of entities in one document', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => ({ start: i, end: 40_000 - i }));
    const started = Date.now();
    const { depth, inside } = nesting(many);
    assert.equal(depth[19_999], 20_000);
    assert.equal(inside.filter(Boolean).length, 19_999);
    assert.ok(Date.now() - started < 2000);
  });
});
