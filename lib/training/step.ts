import * as tf from '@tensorflow/tfjs';
import { globalNormClip } from '../backend';
import { JobError } from '../common';
import type { ForwardContext } from '../layers/parameters';
import type { Batch, Model } from '../models/types';
import type { AdamW, GroupRates } from './adamw';

export interface StepResult {
  loss: number;
  /** Global L2 norm of the gradients before clipping. */
  gradientNorm: number;
}

/**
 * One update of a model on one batch: loss, gradients, clipping (`clipNorm` null = none), AdamW.
 * @throws JobError with the batch's document ids if the loss or a gradient is not finite; nothing is updated then.
 */
export async function trainingStep(
  model: Model,
  optimiser: AdamW,
  batch: Batch,
  context: ForwardContext,
  rates: GroupRates,
  clipNorm: number | null,
): Promise<StepResult> {
  const parameters = model.parameters.list();
  const { value, grads } = tf.variableGrads(() => model.loss(batch, context), parameters.map(({ variable }) => variable));
  try {
    const gradientNorm = globalNormClip(grads, clipNorm ?? Infinity);
    const [loss] = await value.data();
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw notFinite(loss, gradientNorm, batch);
    const gradients = parameters.map(({ name, variable }) => {
      const gradient = grads[variable.name];
      if (!gradient) throw new Error(`parameter ${name} gets no gradient: its layer takes no part in the loss`);
      return gradient;
    });
    optimiser.apply(gradients, rates);
    return { loss, gradientNorm };
  } finally {
    value.dispose();
    tf.dispose(grads);
  }
}

function notFinite(loss: number, gradientNorm: number, batch: Batch): JobError {
  const ids = [...new Set(batch.examples.map(({ documentId }) => documentId))];
  return new JobError(
    `the loss became ${loss} and the gradient norm ${gradientNorm} on the batch of documents ${ids.join(', ')}. ` +
      'Look at these documents, or lower training.learningRate.',
  );
}
