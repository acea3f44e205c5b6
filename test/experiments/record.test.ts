import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { inProject, InputError } from '../../lib/common';
import { findRecord, findRun, runsFolder, type CompactRecord } from '../../lib/experiments';

describe('a run that is looked for', () => {
  const refusal = (name: string): string => {
    try {
      findRun(name);
    } catch (error) {
      assert.ok(error instanceof InputError);
      return error.message;
    }
    return assert.fail(`${name} was found`);
  };

  it('of a committed table whose weights are not here is told with the command that makes it', function () {
    const records = readFileSync(inProject('results', 'b-k-mask', 'cmeee-v2-small-1500-documents.records.jsonl'), 'utf8').trim().split('\n');
    const elsewhere = records.map((line) => JSON.parse(line) as CompactRecord).find(({ key }) => !existsSync(path.join(runsFolder, key)));
    if (!elsewhere) return this.skip();
    const { key, command } = elsewhere;
    for (const name of [key, path.join(runsFolder, key)]) {
      assert.equal(refusal(name), `the weights of run ${key} are not on this machine, only its record beside a committed table; make the run here: ${command}`);
    }
    assert.match(command, /^npx medner /);
    assert.deepEqual(findRecord(key), elsewhere);
  });

  it('and stands nowhere is told with what a key looks like', () => {
    assert.match(refusal('no-such-run'), /there is no finished run no-such-run: expected a key such as/);
    assert.throws(() => findRecord('no-such-run'), InputError);
  });
});
