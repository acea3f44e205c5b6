import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { prepareBackend } from '../../lib/backend';
import { gru, lstm, Parameters } from '../../lib/layers';
import { assertClose, flatten, readReference } from './support';

type Numbers = number[] | number[][];

interface Layer {
  x: number[][][];
  weights: number[][][];
  y: number[][][];
  dx: number[][][];
  parameters: Record<string, Numbers>;
  gradients: Record<string, Numbers>;
}

const stored = (values: Numbers) => ({ shape: typeof values[0] === 'number' ? [values.length] : [values.length, (values[0] as number[]).length], values: Float32Array.from(flatten(values)) });

/** test/reference/recurrent.py: torch.nn.GRU and LSTM over packed sequences in float64. */
describe('bidirectional recurrent layers', () => {
  const golden = readReference<{ lengths: number[]; gru: Layer; lstm: Layer }>('recurrent.json');

  for (const backend of [undefined, 'cpu'] as const) {
    for (const [name, make] of [['gru', gru], ['lstm', lstm]] as const) {
      it(`${name} agrees with PyTorch's: outputs and every gradient${backend ? ` (${backend})` : ''}`, async () => {
        await prepareBackend({ quiet: true, backend });
        const one = golden[name];
        const parameters = new Parameters(0, new Map(Object.entries(one.parameters).map(([key, values]) => [key, stored(values)])));
        const layer = make(parameters.scope(''), one.x[0][0].length, one.y[0][0].length / 2);
        assert.deepEqual(parameters.list().map((parameter) => parameter.name).sort(), Object.keys(one.parameters).sort());
        const [x, weights] = [tf.tensor3d(one.x), tf.tensor3d(one.weights)];
        const loss = (input: tf.Tensor): tf.Scalar => layer.forward(input as tf.Tensor3D, golden.lengths).mul(weights).sum().asScalar();

        assertClose(tf.tidy(() => layer.forward(x, golden.lengths).dataSync()), one.y, 1e-6, 'outputs');
        assertClose(tf.tidy(() => tf.grad(loss)(x).dataSync()), one.dx, 2e-6, 'gradient of x');
        const { value, grads } = tf.variableGrads(() => loss(x));
        for (const { name: key, variable } of parameters.list()) assertClose(grads[variable.name].dataSync(), one.gradients[key] as number[][], 3e-6, `gradient of ${key}`);
        tf.dispose([x, weights, value, ...Object.values(grads)]);
        parameters.dispose();
      });
    }
  }

  it('start uniform within ±1/√hidden, biases too', async () => {
    await prepareBackend({ quiet: true });
    const parameters = new Parameters(3);
    gru(parameters.scope(''), 20, 25);
    for (const { name, variable } of parameters.list()) {
      const values = variable.dataSync<'float32'>();
      const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
      assert.ok(most <= 0.2 && most > 0.18, `${name}: ${most}`);
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
      assert.ok(Math.abs(deviation - 0.2 / Math.sqrt(3)) < 0.02, `${name}: ${deviation}`);
    }
    parameters.dispose();
  });
});
