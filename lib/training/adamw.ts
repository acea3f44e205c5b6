import * as tf from '@tensorflow/tfjs';
import { adamStep } from '../backend';
import type { Parameter, ParameterGroup, StoredTensor } from '../layers/parameters';

export type GroupRates = Record<ParameterGroup, number>;

export interface AdamWOptions {
  /** Decoupled decay (Loshchilov and Hutter 2019), on parameters with `decay`: p ← p − rate · weightDecay · p. */
  weightDecay: number;
  /** A factor of each parameter's learning rate, in the parameters' order; 1 each by default. */
  rateFactors?: readonly number[];
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/**
 * AdamW, with bias correction, equal to torch.optim.AdamW:
 *   m ← β₁ m + (1−β₁) g,  v ← β₂ v + (1−β₂) g²,  p ← p (1 − rate λ) − rate · (m / (1−β₁ᵗ)) / (√(v / (1−β₂ᵗ)) + ε).
 * Moments start at 0 and have their parameter's shape; β and ε default to Adam's 0.9, 0.999, 1e-8.
 */
export class AdamW {
  private step = 0;
  private readonly m: tf.Variable[];
  private readonly v: tf.Variable[];
  private readonly options: Required<AdamWOptions>;

  constructor(
    private readonly parameters: readonly Parameter[],
    options: AdamWOptions,
  ) {
    this.options = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, rateFactors: parameters.map(() => 1), ...options };
    const moments = (): tf.Variable[] => parameters.map(({ variable }) => tf.tidy(() => tf.variable(tf.zeros(variable.shape), false)));
    this.m = moments();
    this.v = moments();
  }

  /** Updates made so far. */
  get steps(): number {
    return this.step;
  }

  /** One update; `gradients` in the parameters' order. */
  apply(gradients: readonly tf.Tensor[], rates: GroupRates): void {
    this.step++;
    const { beta1, beta2, epsilon, weightDecay, rateFactors } = this.options;
    adamStep(this.parameters.map(({ variable }) => variable), gradients, this.m, this.v, {
      learningRates: this.parameters.map(({ group }, i) => rates[group] * rateFactors[i]),
      decay: this.parameters.map(({ decay }) => (decay ? weightDecay : 0)),
      beta1,
      beta2,
      epsilon,
      step: this.step,
    });
  }

  /** Both moments of every parameter, copied: `m/NAME` and `v/NAME`. */
  async save(): Promise<Map<string, StoredTensor>> {
    const stored = new Map<string, StoredTensor>();
    for (const [i, { name, variable }] of this.parameters.entries()) {
      for (const [prefix, moment] of [['m', this.m[i]], ['v', this.v[i]]] as const) {
        stored.set(`${prefix}/${name}`, { shape: [...variable.shape], values: new Float32Array(await moment.data<'float32'>()) });
      }
    }
    return stored;
  }

  /** Continues from `save()` after `steps` updates. */
  load(stored: ReadonlyMap<string, StoredTensor>, steps: number): void {
    tf.tidy(() => {
      for (const [i, { name, variable }] of this.parameters.entries()) {
        for (const [prefix, moment] of [['m', this.m[i]], ['v', this.v[i]]] as const) {
          const tensor = stored.get(`${prefix}/${name}`);
          if (!tensor || !tf.util.arraysEqual(tensor.shape, variable.shape)) {
            throw new Error(`the optimiser's state holds no fitting ${prefix}/${name}`);
          }
          moment.assign(tf.tensor(tensor.values, tensor.shape, 'float32'));
        }
      }
    });
    this.step = steps;
  }

  dispose(): void {
    for (const moment of [...this.m, ...this.v]) moment.dispose();
  }
}
