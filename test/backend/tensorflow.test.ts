import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { inProject } from '../../lib/common';
import { backendMissing } from './support';

interface Answer {
  info: { name: string; device: string; threads: number; versions: Record<string, string> };
  before: string;
  copies: string[];
  product: number[];
  refused: string;
}

describe('the tensorflow backend', () => {
  let answer: Answer;

  before(async function () {
    const missing = await backendMissing('tensorflow');
    if (missing) {
      console.log(`      skipped, no tensorflow backend: ${missing}`);
      this.skip();
    }
    const script = `
      const { prepareBackend } = require('./lib/backend');
      const tf = require('@tensorflow/tfjs');
      require('danfojs-node');
      // Node 23 has neither, and tfjs-node calls both.
      delete require('util').isNullOrUndefined; delete require('util').isArray;
      (async () => {
        await prepareBackend({ backend: 'cpu', quiet: true });
        const before = tf.getBackend();
        const info = await prepareBackend({ backend: 'tensorflow', threads: 1, quiet: true });
        const copies = Object.keys(require.cache).filter((file) => /tfjs-core\\/dist\\/(index|tf-core\\.node)\\.js$/.test(file));
        const product = Array.from(tf.topk(tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.eye(2)).reshape([4]), 4).values.dataSync());
        let refused = '';
        try { tf.gather(tf.ones([2]), tf.tensor1d([5], 'int32')); } catch (error) { refused = error.message; }
        console.log(JSON.stringify({ info, before, copies, product, refused }));
      })();`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--require', 'tsx/cjs', '-e', script], { cwd: inProject(), encoding: 'utf8', env: { ...process.env, MEDNER_BACKEND: '', TF_NUM_INTRAOP_THREADS: '' } });
    assert.ok(stdout, stderr);
    answer = JSON.parse(stdout) as Answer;
  });

  it('starts when it is asked for, on the one tfjs of the process, which danfojs shares', () => {
    assert.equal(answer.before, 'cpu');
    assert.equal(answer.info.name, 'tensorflow');
    assert.match(answer.info.versions.tensorflow, /^(tfjs-node|@tensorflow\/tfjs-node(-gpu)?) \d+\.\d+\.\d+/);
    assert.equal(answer.copies.length, 1, answer.copies.join('\n'));
  });

  it('computes with the threads it was given, on a Node without the functions that tfjs-node takes from `util`', () => {
    assert.equal(answer.info.threads, 1);
    assert.deepEqual(answer.product, [4, 3, 2, 1]);
    assert.match(answer.refused, /index value 5 is not in \[0, 1\]/);
  });
});
