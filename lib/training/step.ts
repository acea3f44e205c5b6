import * as tf from '@tensorflow/tfjs';
import { globalNormClip } from '../backend';
import { InputError, JobError, OutOfMemoryError } from '../common';
import type { ForwardContext, Parameter } from '../layers/parameters';
import type { Batch, Model } from '../models/types';
import type { AdamW, GroupRates } from './adamw';
import { addAdversarialGradients } from './adversarial';
import type { TrainingConfig } from './config';

export interface StepResult {
  loss: number;
  /** Global L2 norm of the gradients before clipping. */
  gradientNorm: number;
}

/**
 * One update of a model on one batch: loss, gradients, clipping (`clipNorm` null = none), AdamW. With `adversarial`, the gradients are those
 * of two passes (adversarial.ts), and the loss told is the first one's; with `rDrop`, the loss is that of r-drop.ts.
 * @throws JobError with the batch's document ids if the loss or a gradient is not finite, OutOfMemoryError with its shape
 *   if it does not fit; nothing is updated then.
 */
export async function trainingStep(
  model: Model,
  optimiser: AdamW,
  batch: Batch,
  context: ForwardContext,
  rates: GroupRates,
  clipNorm: number | null,
  { adversarial, rDrop }: Pick<TrainingConfig, 'adversarial' | 'rDrop'> = {},
): Promise<StepResult> {
  const parameters = model.parameters.list();
  const variables = parameters.map(({ variable }) => variable);
  const gradientsOf = () => fitting(batch, () => tf.variableGrads(() => lossOf(model, batch, context, rDrop), variables));
  const { value, grads } = gradientsOf();
  try {
    if (adversarial !== undefined) {
      addAdversarialGradients(parameters, grads, adversarial, () => {
        const second = gradientsOf();
        second.value.dispose();
        return second.grads;
      });
    }
    return await applyGradients(parameters, optimiser, { value, grads }, rates, clipNorm, () => {
      const ids = [...new Set(batch.examples.map(({ documentId }) => documentId))];
      return `on the batch of documents ${ids.join(', ')}. Look at these documents, or lower training.learningRate.`;
    });
  } finally {
    value.dispose();
    tf.dispose(grads);
  }
}

/**
 * Clips the gradients, in place, and updates the parameters with them.
 * @param where ends the error's sentence: where the loss was not finite, and what to do
 * @throws JobError if the loss or a gradient is not finite; nothing is updated then
 */
export async function applyGradients(
  parameters: readonly Parameter[],
  optimiser: AdamW,
  { value, grads }: { value: tf.Scalar; grads: tf.NamedTensorMap },
  rates: GroupRates,
  clipNorm: number | null,
  where: () => string,
): Promise<StepResult> {
  const gradientNorm = globalNormClip(grads, clipNorm ?? Infinity);
  const [loss] = await value.data();
  if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
    throw new JobError(`the loss became ${loss} and the gradient norm ${gradientNorm} ${where()}`);
  }
  const gradients = parameters.map(({ name, variable }) => {
    const gradient = grads[variable.name];
    if (!gradient) throw new Error(`parameter ${name} gets no gradient: its layer takes no part in the loss`);
    return gradient;
  });
  optimiser.apply(gradients, rates);
  return { loss, gradientNorm };
}

function lossOf(model: Model, batch: Batch, context: ForwardContext, rDrop: number | undefined): tf.Scalar {
  if (rDrop === undefined) return model.loss(batch, context);
  if (!model.rDropLoss) throw new InputError('training.rDrop: this model has no R-Drop loss; leave the field out');
  return model.rDropLoss(batch, context, rDrop);
}

/** Runs what needs the most memory; where it does not fit, the error tells the batch's shape and the fields that set it. */
function fitting<T>(batch: Batch, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    disposeTape();
    if (!(error instanceof OutOfMemoryError)) throw error;
    throw new OutOfMemoryError(
      `${error.detail}, in an update on a batch of ${batch.examples.length} windows × ${batch.length} tokens`,
      'lower training.batchSize, training.tokenBudget or tokenization.maxLength',
    );
  }
}

/** When a forward pass fails, tfjs keeps what it saved for the backward pass: gigabytes, where memory ran out. */
function disposeTape(): void {
  const { state } = tf.engine() as unknown as { state: { activeTape: Array<{ saved?: tf.Tensor[] }> | null } };
  for (const { saved } of state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose();
  state.activeTape = null;
}
