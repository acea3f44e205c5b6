import * as tf from '@tensorflow/tfjs';
import { type ForwardContext, inference } from '../../layers';
import { type Batch, collate, disposeBatch, type Example, type Model, type ModelParts, type SpanModel, type TagModel } from '../../models';
import { AdamW, type GroupRates, trainingStep } from '../../training';

/**
 * Stages of an update. `encoder` makes the tokens' vectors, from the batch's arrays on; `scores` of tags (BiLSTM and emissions); `loss`. A span
 * model has no stage of scores: its loss comes from the vectors by one kernel, which leaves its gradient too. The gradients of
 * the head, down to the tokens' vectors, then those of the encoder, with the clipping of all; `optimiser` updates the parameters.
 */
export const trainingStages = ['encoder', 'scores', 'loss', 'head gradients', 'encoder gradients', 'optimiser'] as const;
/** Stages of a prediction; `decode` reads the scores back and makes entities of them. */
export const validationStages = ['encoder', 'scores', 'decode'] as const;
export type Stage = (typeof trainingStages)[number] | (typeof validationStages)[number];
export type StageTimes = Partial<Record<Stage, number>>;

/** Waits until a tensor is computed: a GPU works on while the caller goes ahead, and reading one number of it ends that. */
function settle(x: tf.Tensor): void {
  tf.tidy(() => (x.rank === 0 ? x : tf.slice(x, x.shape.map(() => 0), x.shape.map(() => 1))).dataSync());
}

/** Milliseconds of one stage after the other. */
class StageClock {
  readonly times: StageTimes = {};
  private last = performance.now();

  /** The stage that began where the one before ended is over as soon as `x` is there. */
  end(stage: Stage, x?: tf.Tensor): void {
    if (x) settle(x);
    const now = performance.now();
    this.times[stage] = now - this.last;
    this.last = now;
  }
}

/** Tells when the update of the parameters begins: the gradients are there, and their norm has been read. */
class WatchedAdamW extends AdamW {
  clock?: StageClock;

  override apply(gradients: readonly tf.Tensor[], rates: GroupRates): void {
    this.clock?.end('encoder gradients');
    super.apply(gradients, rates);
  }
}

export interface StepConfig {
  rates: GroupRates;
  clipNorm: number | null;
  weightDecay: number;
}

/** A model whose updates and predictions can be timed, whole or stage by stage. */
export class TimedModel {
  private readonly optimiser: WatchedAdamW;

  constructor(
    private readonly model: SpanModel | TagModel,
    private readonly context: ForwardContext,
    private readonly config: StepConfig,
  ) {
    this.optimiser = new WatchedAdamW(model.parameters.list(), { weightDecay: config.weightDecay });
  }

  /** Milliseconds of one update as training makes it, from the examples to the updated parameters. */
  async train(examples: readonly Example[], length: number): Promise<number> {
    const begin = performance.now();
    await this.update(examples, length, this.model);
    return performance.now() - begin;
  }

  /** One update, the same, with the time of each stage. */
  async trainByStage(examples: readonly Example[], length: number): Promise<StageTimes> {
    const clock = new StageClock();
    this.optimiser.clock = clock;
    try {
      await this.update(examples, length, watched(this.model, clock));
    } finally {
      this.optimiser.clock = undefined;
    }
    clock.end('optimiser');
    return clock.times;
  }

  private async update(examples: readonly Example[], length: number, model: Model): Promise<void> {
    const batch = collate(examples, length);
    try {
      await trainingStep(model, this.optimiser, batch, this.context, this.config.rates, this.config.clipNorm);
      settle(model.parameters.list()[0].variable);
    } finally {
      disposeBatch(batch);
    }
  }

  /** Milliseconds of one prediction, from the examples to their entities, and how many these are. */
  async predict(examples: readonly Example[], length: number): Promise<{ ms: number; entities: number }> {
    const begin = performance.now();
    const batch = collate(examples, length);
    try {
      const entities = await this.model.predict(batch);
      return { ms: performance.now() - begin, entities: entities.flat().length };
    } finally {
      disposeBatch(batch);
    }
  }

  /** One prediction, the same, with the time of each stage. */
  async predictByStage(examples: readonly Example[], length: number): Promise<StageTimes> {
    const parts: ModelParts = this.model;
    const clock = new StageClock();
    const batch = collate(examples, length);
    const scores = tf.tidy(() => {
      const x = parts.encode(batch, inference);
      clock.end('encoder', x);
      const made = parts.scoresOf(x, batch, inference);
      clock.end('scores', made);
      return made;
    });
    try {
      await parts.entitiesOf(scores, batch);
      clock.end('decode');
      return clock.times;
    } finally {
      scores.dispose();
      disposeBatch(batch);
    }
  }

  dispose(): void {
    this.optimiser.dispose();
    this.model.dispose();
  }
}

/** The model, telling the clock where the stages of its loss and of the gradients end. */
function watched(model: SpanModel | TagModel, clock: StageClock): Model {
  return {
    parameters: model.parameters,
    loss(batch: Batch, context: ForwardContext): tf.Scalar {
      const made = model.encode(batch, context);
      clock.end('encoder', made);
      const x = watchGradient(made, (dx) => clock.end('head gradients', dx));
      let loss: tf.Scalar;
      if (model.kind === 'tag') {
        const scores = model.scoresOf(x, batch, context);
        clock.end('scores', scores);
        loss = model.lossOf(scores, batch);
      } else {
        loss = model.lossOf(x, batch);
      }
      clock.end('loss', loss);
      return loss;
    },
    predict: (batch) => model.predict(batch),
    dispose: () => model.dispose(),
  };
}

/** x itself; `reached` is called with its gradient when that is there. */
function watchGradient(x: tf.Tensor3D, reached: (dx: tf.Tensor) => void): tf.Tensor3D {
  const identity = tf.customGrad((given) => ({
    value: tf.clone(given as tf.Tensor),
    gradFunc: (dx: tf.Tensor) => {
      reached(dx);
      return tf.clone(dx);
    },
  }));
  return identity(x) as tf.Tensor3D;
}
