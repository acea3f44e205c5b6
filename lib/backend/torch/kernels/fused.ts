import type * as tf from '@tensorflow/tfjs';
import type { AdamStepOptions, PointerOptions } from '../../operations';
import type { FusedKernel } from '../../operations/differentiable';
import type { TorchBackend } from '../backend';
import { disposeAll, kernel, type TorchKernel } from './family';

interface DropoutAttributes {
  rate: number;
  seed: number;
}

interface LayerNormAttributes {
  epsilon: number;
  forGradient: boolean;
}

interface AddNormAttributes extends LayerNormAttributes {
  dropoutRate: number;
  seed: number;
}

interface AttentionAttributes {
  dropoutRate: number;
  seed: number;
}

interface LossAttributes {
  /** In ascending order. */
  positives: readonly number[];
  withGradient: boolean;
}

const pointerNumbers = ({ types, k, scale, rope, lengths }: PointerOptions): number[] => [types, k ?? 0, scale, rope ? 1 : 0, ...lengths];

const plain = (name: FusedKernel, ...numbers: number[]): TorchKernel => (inputs, _, torch) => torch.run(name, Object.values(inputs), numbers);
const directed = (name: FusedKernel): TorchKernel =>
  kernel<{ reverse: boolean }>((inputs, { reverse }, torch) => torch.run(name, Object.values(inputs), [reverse ? 1 : 0]));
const single = (name: FusedKernel): TorchKernel => (inputs, _, torch) => torch.run1(name, Object.values(inputs));

/** Runs a kernel that may write into the inputs named by `changed`, which are copied first where a tfjs tensor shares them. */
function inPlace(torch: TorchBackend, name: FusedKernel, inputs: tf.TensorInfo[], changed: number, numbers: number[]): tf.TensorInfo[] {
  const copies: tf.TensorInfo[] = [];
  const safe = inputs.map((input, i) => {
    if (i >= changed || torch.refCount(input.dataId) === 1) return input;
    const copy = torch.run1('Copy', [input]);
    copies.push(copy);
    return copy;
  });
  const results = torch.run(name, safe, numbers, inputs.length + 1);
  disposeAll(torch, copies);
  return results;
}

/** The operations of lib/backend/operations as single kernels; inputs are given by position. */
export const fused: Record<FusedKernel, TorchKernel> = {
  FusedBFloat16: single('FusedBFloat16'),
  FusedLinear: single('FusedLinear'),
  FusedLinearGrad: kernel<{ bias: boolean }>((inputs, { bias }, torch) => torch.run('FusedLinearGrad', Object.values(inputs), [bias ? 1 : 0])),
  FusedJoinedLinear: single('FusedJoinedLinear'),
  FusedJoinedLinearGrad: plain('FusedJoinedLinearGrad'),
  FusedLayerNorm: kernel<LayerNormAttributes>((inputs, { epsilon, forGradient }, torch) =>
    torch.run('FusedLayerNorm', Object.values(inputs), [epsilon, forGradient ? 1 : 0])),
  FusedLayerNormGrad: plain('FusedLayerNormGrad'),
  FusedAddNorm: kernel<AddNormAttributes>((inputs, { dropoutRate, seed, epsilon, forGradient }, torch) =>
    torch.run('FusedAddNorm', Object.values(inputs), [dropoutRate, seed, epsilon, forGradient ? 1 : 0])),
  FusedAddNormGrad: kernel<AddNormAttributes>((inputs, { dropoutRate, seed }, torch) =>
    torch.run('FusedAddNormGrad', Object.values(inputs), [dropoutRate, seed])),
  FusedGelu: single('FusedGelu'),
  FusedGeluGrad: single('FusedGeluGrad'),
  FusedDropout: kernel<DropoutAttributes>((inputs, { rate, seed }, torch) => torch.run1('FusedDropout', Object.values(inputs), [rate, seed])),
  FusedAttention: kernel<AttentionAttributes>((inputs, { dropoutRate, seed }, torch) =>
    torch.run('FusedAttention', Object.values(inputs), [dropoutRate, seed])),
  FusedAttentionGrad: kernel<AttentionAttributes>((inputs, { dropoutRate, seed }, torch) =>
    torch.run('FusedAttentionGrad', Object.values(inputs), [dropoutRate, seed])),
  FusedAttentionInference: single('FusedAttentionInference'),
  FusedEmbeddingGrad: kernel<{ rows: number }>((inputs, { rows }, torch) => torch.run1('FusedEmbeddingGrad', Object.values(inputs), [rows])),
  FusedCrossEntropy: plain('FusedCrossEntropy'),
  FusedCrossEntropyGrad: single('FusedCrossEntropyGrad'),
  FusedAdamStep: kernel<AdamStepOptions>((inputs, { beta1, beta2, epsilon, step, learningRates, decay }, torch) => {
    const tensors = Object.values(inputs);
    return inPlace(torch, 'FusedAdamStep', tensors, (tensors.length / 4) * 3, [beta1, beta2, epsilon, step, ...learningRates, ...decay]);
  }),
  FusedGlobalNormClip: kernel<{ maxNorm: number }>((inputs, { maxNorm }, torch) => {
    const tensors = Object.values(inputs);
    return inPlace(torch, 'FusedGlobalNormClip', tensors, tensors.length, [maxNorm]);
  }),
  FusedGru: directed('FusedGru'),
  FusedGruGrad: directed('FusedGruGrad'),
  FusedLstm: directed('FusedLstm'),
  FusedLstmGrad: directed('FusedLstmGrad'),
  FusedCrf: plain('FusedCrf'),
  FusedCrfGrad: plain('FusedCrfGrad'),
  FusedRope: kernel<{ back: boolean }>((inputs, { back }, torch) => torch.run1('FusedRope', Object.values(inputs), [back ? 1 : 0])),
  FusedPointerScores: kernel<PointerOptions>((inputs, options, torch) => torch.run1('FusedPointerScores', Object.values(inputs), pointerNumbers(options))),
  FusedPointerScoresGrad: kernel<PointerOptions>((inputs, options, torch) => torch.run1('FusedPointerScoresGrad', Object.values(inputs), pointerNumbers(options))),
  FusedPointerLoss: kernel<PointerOptions & LossAttributes>((inputs, { positives, withGradient, ...options }, torch) =>
    torch.run('FusedPointerLoss', Object.values(inputs), [...pointerNumbers(options), withGradient ? 1 : 0, ...positives])),
  FusedMultiLabelLoss: kernel<{ cells: number } & LossAttributes>((inputs, { cells, positives, withGradient }, torch) =>
    torch.run('FusedMultiLabelLoss', Object.values(inputs), [cells, withGradient ? 1 : 0, ...positives])),
  FusedScale: single('FusedScale'),
};
