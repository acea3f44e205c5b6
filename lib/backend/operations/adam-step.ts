import * as tf from '@tensorflow/tfjs';
import { hasKernel, runFused } from './differentiable';

export interface AdamStepOptions {
  /** One a parameter. */
  learningRates: readonly number[];
  beta1: number;
  beta2: number;
  epsilon: number;
  /** Decoupled weight decay of each parameter, as a share of its value times the learning rate; 0 for none. */
  decay: readonly number[];
  /** 1 at the first step; corrects the moments' bias towards 0. */
  step: number;
}

/**
 * One step of Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2) for every parameter:
 *
 *   m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,
 *   θ ← θ − η (λ θ + m̂ / (√v̂ + ε)),  m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
 *
 * Changes `parameters`, `m` and `v`. Tensors that were cloned or viewed from them earlier keep their old values.
 */
export function adamStep(
  parameters: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  m: readonly tf.Variable[],
  v: readonly tf.Variable[],
  options: AdamStepOptions,
): void {
  const count = parameters.length;
  const lengths = [gradients.length, m.length, v.length, options.learningRates.length, options.decay.length];
  if (lengths.some((length) => length !== count)) {
    throw new Error(`adamStep: ${count} parameters, but gradients, m, v, learning rates and decays number ${lengths.join(', ')}`);
  }
  parameters.forEach((parameter, i) => {
    if (![gradients[i], m[i], v[i]].every(({ shape }) => tf.util.arraysEqual(shape, parameter.shape))) {
      throw new Error(`adamStep: ${parameter.name} has shape [${parameter.shape}], its gradient [${gradients[i].shape}], its moments [${m[i].shape}], [${v[i].shape}]`);
    }
  });
  tf.tidy(() => {
    if (hasKernel('FusedAdamStep')) {
      const variables = [...parameters, ...m, ...v];
      const updated = runFused<tf.Tensor[]>('FusedAdamStep', [...variables, ...gradients], { ...options });
      variables.forEach((variable, i) => variable.assign(updated[i]));
    } else {
      parameters.forEach((parameter, i) => composedStep(parameter, gradients[i], m[i], v[i], options.learningRates[i], options.decay[i], options));
    }
  });
}

function composedStep(
  parameter: tf.Variable,
  gradient: tf.Tensor,
  m: tf.Variable,
  v: tf.Variable,
  learningRate: number,
  decay: number,
  { beta1, beta2, epsilon, step }: AdamStepOptions,
): void {
  m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)));
  v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
  const deviation = tf.add(tf.mul(tf.sqrt(v), 1 / Math.sqrt(1 - beta2 ** step)), epsilon);
  const update = tf.mul(tf.div(m, deviation), learningRate / (1 - beta1 ** step));
  parameter.assign(tf.sub(tf.mul(parameter, 1 - learningRate * decay), update));
}
