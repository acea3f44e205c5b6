import * as tf from '@tensorflow/tfjs';
import type { Parameter, StoredTensor } from '../layers/parameters';

const prefix = 'a/';

/**
 * The exponential moving average of every parameter: after update t, a ← a + (1 − d)(θ − a) with d = min(decay, (1 + t) / (10 + t)), from
 * a = θ before the first. The second bound, that of TensorFlow's ExponentialMovingAverage, keeps early averages near the weights instead
 * of near the initial ones.
 */
export class WeightAverages {
  private readonly averages: tf.Variable[];

  constructor(private readonly parameters: readonly Parameter[], private readonly decay: number) {
    this.averages = parameters.map(({ variable }) => tf.tidy(() => tf.variable(variable.clone(), false)));
  }

  /** Takes in the weights after update `step`, counted from 1. */
  update(step: number): void {
    const share = 1 - Math.min(this.decay, (1 + step) / (10 + step));
    this.parameters.forEach(({ variable }, i) =>
      tf.tidy(() => this.averages[i].assign(tf.add(this.averages[i], tf.mul(tf.sub(variable, this.averages[i]), share)))));
  }

  /** Runs `body` while the model holds the averages, then gives it its own weights back, the very tensors. */
  async within<T>(body: () => Promise<T>): Promise<T> {
    const own = this.parameters.map(({ variable }) => tf.tidy(() => tf.keep(variable.clone())));
    try {
      this.parameters.forEach(({ variable }, i) => variable.assign(this.averages[i]));
      return await body();
    } finally {
      this.parameters.forEach(({ variable }, i) => variable.assign(own[i]));
      tf.dispose(own);
    }
  }

  /** The averages, copied: `a/NAME`. */
  async save(): Promise<Map<string, StoredTensor>> {
    const stored = new Map<string, StoredTensor>();
    for (const [i, { name, variable }] of this.parameters.entries()) {
      stored.set(prefix + name, { shape: [...variable.shape], values: new Float32Array(await this.averages[i].data<'float32'>()) });
    }
    return stored;
  }

  /** Continues from `save()`. */
  load(stored: ReadonlyMap<string, StoredTensor>): void {
    tf.tidy(() =>
      this.parameters.forEach(({ name, variable }, i) => {
        const tensor = stored.get(prefix + name);
        if (!tensor || !tf.util.arraysEqual(tensor.shape, variable.shape)) throw new Error(`the checkpoint holds no fitting ${prefix}${name}`);
        this.averages[i].assign(tf.tensor(tensor.values, tensor.shape, 'float32'));
      }));
  }

  dispose(): void {
    tf.dispose(this.averages);
  }
}
