import * as tf from '@tensorflow/tfjs';
import { InputError } from '../common';
import { Parameters } from '../layers';

/**
 * A finished model's parameters for layers that are built once more: a layer that asks for a parameter gets the model's of that name. So a model's steps
 * can be taken one by one by the very layers and weights that it has. It owns nothing: dispose of the model.
 */
export class ModelView extends Parameters {
  private readonly taken = new Set<string>();

  constructor(private readonly model: Parameters) {
    super(0);
  }

  override create(name: string, shape: number[]): tf.Variable {
    const variable = this.model.get(name);
    if (!tf.util.arraysEqual(variable.shape, shape)) throw new InputError(`the model's ${name} has shape [${variable.shape}], the layer wants [${shape}]`);
    this.taken.add(name);
    return variable;
  }

  /** Scalars of all parameters that layers have asked for so far, each counted once. */
  override get size(): number {
    return [...this.taken].reduce((sum, name) => sum + this.model.get(name).size, 0);
  }
}
