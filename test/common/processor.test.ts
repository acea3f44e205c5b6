import assert from 'node:assert/strict';
import { processorFeatures } from '../../lib/common';

const cpuinfo = (flags: string): string => `processor\t: 0\nmodel name\t: A processor\nflags\t\t:${flags}\nvmx flags\t: ept vpid\nbugs\t\t: spectre_v1\n\nprocessor\t: 1\nflags\t\t: other\n`;

describe('the features of the processor', () => {
  it("are the first processor's flags, and no other line's", () => {
    assert.deepEqual([...processorFeatures(cpuinfo(' fpu avx2 avx512f avx512_bf16'))], ['fpu', 'avx2', 'avx512f', 'avx512_bf16']);
    assert.equal(processorFeatures(cpuinfo(' avx512_bf16x')).has('avx512_bf16'), false);
  });

  it('are none where they are not told', () => {
    assert.equal(processorFeatures(cpuinfo('')).size, 0);
    assert.equal(processorFeatures('').size, 0);
    // ARM's file.
    assert.equal(processorFeatures('processor\t: 0\nFeatures\t: fp asimd bf16\n').size, 0);
  });

  it('of this machine have names without white space', () => {
    for (const feature of processorFeatures()) assert.match(feature, /^[\w.]+$/);
  });
});
