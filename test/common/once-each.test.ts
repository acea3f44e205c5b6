import assert from 'node:assert/strict';
import { OnceEach } from '../../lib/common';

describe('what is made once for each key', () => {
  it('is shared by all who want it, whether it is there or under way', async () => {
    let count = 0;
    const once = new OnceEach<string>();
    const make = (name: string) => () => new Promise<string>((resolve) => setImmediate(() => resolve(`${name}${++count}`)));
    assert.deepEqual(await Promise.all([once.get('a', make('a')), once.get('a', make('a')), once.get('b', make('b'))]), ['a1', 'a1', 'b2']);
    assert.equal(await once.get('a', make('a')), 'a1');
  });

  it('is tried again after a failure, which all who waited hear', async () => {
    let count = 0;
    const once = new OnceEach<number>();
    const make = async (): Promise<number> => {
      if (++count === 1) throw new Error('busy');
      return count;
    };
    const told = await Promise.allSettled([once.get('a', make), once.get('a', make)]);
    assert.deepEqual(told.map(({ status }) => status), ['rejected', 'rejected']);
    assert.equal(await once.get('a', make), 2);
  });
});
