import * as tf from '@tensorflow/tfjs';
import { kernelCases } from './kernel-cases';
import { shapeCases } from './shape-cases';
import { assertSame, needsTorch, on, Samples, toTensor } from './support';

// Each kernel on each backend against tfjs's plain JavaScript.
for (const backend of ['torch', 'wasm'] as const) {
  describe(`kernels on ${backend}`, () => {
    if (backend === 'torch') before(async function () { await needsTorch(this); });

    for (const { name, inputs, run, tolerance = 1e-5, wasmDiffers } of [...kernelCases, ...shapeCases]) {
      it(name, async function () {
        if (backend === 'wasm' && wasmDiffers) this.skip();
        const compute = (): tf.Tensor | tf.Tensor[] => run(...inputs(Samples.named(name)).map(toTensor));
        const expected = await on('cpu', compute);
        const before = tf.memory().numTensors;
        assertSame(await on(backend, compute), expected, tolerance);
        if (tf.memory().numTensors !== before) throw new Error(`${tf.memory().numTensors - before} tensors left behind`);
      });
    }
  });
}
