import * as tf from '@tensorflow/tfjs';
import { sumToShape } from './sum-to-shape';

/** The share of `dy` where `takesA` holds for `a`, the rest for `b`, each summed to its input's shape. */
function extremum(kernelName: 'Maximum' | 'Minimum', takesA: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => {
      const chosen = (): tf.Tensor => tf.cast(takesA(a, b), 'float32');
      return {
        a: () => sumToShape(tf.mul(dy as tf.Tensor, chosen()), a.shape),
        b: () => sumToShape(tf.mul(dy as tf.Tensor, tf.sub(1, chosen())), b.shape),
      };
    },
  };
}

/** tfjs's gradients of these keep the broadcast shape; a batch-matmul's throws or is wrong there. */
export const arithmetic: tf.GradConfig[] = [
  extremum('Maximum', tf.greaterEqual),
  extremum('Minimum', tf.lessEqual),
  {
    kernelName: 'SquaredDifference',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b]) => {
      const slope = (): tf.Tensor => tf.mul(dy as tf.Tensor, tf.mul(tf.sub(a, b), 2));
      return { a: () => sumToShape(slope(), a.shape), b: () => sumToShape(tf.neg(slope()), b.shape) };
    },
  },
  {
    kernelName: 'BatchMatMul',
    inputsToSave: ['a', 'b'],
    gradFunc: (dy, [a, b], attributes) => {
      const { transposeA, transposeB } = attributes as unknown as tf.BatchMatMulAttrs;
      const d = dy as tf.Tensor;
      const product = (x: tf.Tensor, y: tf.Tensor, transposeX: boolean, transposeY: boolean): tf.Tensor =>
        tf.matMul(x as tf.Tensor3D, y as tf.Tensor3D, transposeX, transposeY);
      return {
        a: () => sumToShape(transposeA ? product(b, d, transposeB, true) : product(d, b, false, !transposeB), a.shape),
        b: () => sumToShape(transposeB ? product(d, a, true, transposeA) : product(a, d, !transposeA, false), b.shape),
      };
    },
  },
  { kernelName: 'Einsum', saveAllInputs: true, gradFunc: einsumGradient },
];

/** y = einsum(a, b): the gradient of each operand is the einsum of dy with the other, spread over what was summed alone. */
function einsumGradient(dy: tf.Tensor | tf.Tensor[], operands: tf.Tensor[], attributes: tf.NamedAttrMap): Record<string, () => tf.Tensor> {
  const [left, output] = (attributes as unknown as tf.EinsumAttrs).equation.replace(/\s/g, '').split('->');
  const terms = left.split(',');
  const gradient = (i: number): tf.Tensor => {
    const others = terms.filter((_, j) => j !== i);
    const known = new Set([output, ...others].join(''));
    const reached = Array.from(terms[i]).filter((letter) => known.has(letter)).join('');
    const partial = tf.einsum(`${[output, ...others].join(',')}->${reached}`, dy as tf.Tensor, ...operands.filter((_, j) => j !== i));
    const withOnes = operands[i].shape.map((size, axis) => (known.has(terms[i][axis]) ? size : 1));
    return tf.mul(tf.reshape(partial, withOnes), tf.onesLike(operands[i]));
  };
  return Object.fromEntries(operands.map((_, i) => [i, () => gradient(i)]));
}
