import * as tf from '@tensorflow/tfjs';
import { InputError, Random } from '../common';

/** Which learning rate a parameter takes: the pre-trained encoder's, or that of what is trained from scratch on top. */
export type ParameterGroup = 'encoder' | 'head';

export interface Parameter {
  /** Public name, as in safetensors files: `encoder.layer.0.attention.self.query.weight`. */
  name: string;
  variable: tf.Variable;
  group: ParameterGroup;
  /** Whether weight decay applies (matrices yes; biases and layer-norm scales no). */
  decay: boolean;
}

export type Initializer = (size: number, random: Random) => Float32Array;

export const zeros: Initializer = (size) => new Float32Array(size);
export const ones: Initializer = (size) => new Float32Array(size).fill(1);
export const constant = (values: Float32Array): Initializer => () => values;

/** Normal(0, deviation), cut at two deviations: BERT's initialisation. */
export const truncatedNormal = (deviation = 0.02): Initializer => (size, random) =>
  Float32Array.from({ length: size }, () => {
    let value = random.normal();
    while (Math.abs(value) > 2) value = random.normal();
    return value * deviation;
  });

/** Uniform(-√(6/(in+out)), √(6/(in+out))) of a weight of shape [out, in] (Glorot and Bengio 2010). */
export const glorotUniform = (inputs: number, outputs: number): Initializer => (size, random) => {
  const limit = Math.sqrt(6 / (inputs + outputs));
  return Float32Array.from({ length: size }, () => (random.uniform() * 2 - 1) * limit);
};

export interface StoredTensor {
  shape: number[];
  values: Float32Array;
}

let stores = 0;

/**
 * The trainable variables of one model, by public name and in creation order. Each parameter's initial values come from
 * a random stream of its own name, so that two models that share a layer start it alike.
 */
export class Parameters {
  private readonly id = ++stores;
  private readonly byName = new Map<string, Parameter>();

  /** @param initial values that parameters of these names start from instead of their initializers' (published weights). */
  constructor(
    private readonly seed: number,
    private readonly initial: ReadonlyMap<string, StoredTensor> = new Map(),
  ) {}

  /** Names below `prefix`, in `group`. */
  scope(prefix: string, group: ParameterGroup = 'head'): ParameterScope {
    return new ParameterScope(this, prefix, group);
  }

  create(name: string, shape: number[], initializer: Initializer, group: ParameterGroup, decay: boolean): tf.Variable {
    if (this.byName.has(name)) throw new Error(`parameter ${name} exists already`);
    const given = this.initial.get(name);
    if (given && !tf.util.arraysEqual(given.shape, shape)) {
      throw new InputError(`the given ${name} has shape [${given.shape}], the model wants [${shape}]`);
    }
    const values = given?.values ?? initializer(tf.util.sizeFromShape(shape), Random.from(this.seed, name));
    const variable = tf.tidy(() => tf.variable(tf.tensor(values, shape, 'float32'), true, `model${this.id}/${name}`));
    this.byName.set(name, { name, variable, group, decay });
    return variable;
  }

  list(): Parameter[] {
    return [...this.byName.values()];
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  get(name: string): tf.Variable {
    const parameter = this.byName.get(name);
    if (!parameter) throw new Error(`no parameter ${name}`);
    return parameter.variable;
  }

  /** Number of trainable scalars. */
  get size(): number {
    return this.list().reduce((sum, { variable }) => sum + variable.size, 0);
  }

  /** The values, copied. */
  async save(): Promise<Map<string, StoredTensor>> {
    const stored = new Map<string, StoredTensor>();
    for (const { name, variable } of this.list()) {
      stored.set(name, { shape: [...variable.shape], values: new Float32Array(await variable.data<'float32'>()) });
    }
    return stored;
  }

  /** Takes over every value; a missing, left-over or misshapen tensor is refused before anything changes. */
  load(stored: ReadonlyMap<string, StoredTensor>, source = 'the stored weights'): void {
    const missing = this.list().filter(({ name }) => !stored.has(name)).map(({ name }) => name);
    const leftOver = [...stored.keys()].filter((name) => !this.byName.has(name));
    if (missing.length || leftOver.length) {
      throw new InputError(
        `${source} does not fit this model: ${missing.length} tensors missing (${missing.slice(0, 3).join(', ') || 'none'}), ` +
          `${leftOver.length} left over (${leftOver.slice(0, 3).join(', ') || 'none'})`,
      );
    }
    for (const { name, variable } of this.list()) {
      const tensor = stored.get(name)!;
      if (!tf.util.arraysEqual(tensor.shape, variable.shape)) {
        throw new InputError(`${source}: ${name} has shape [${tensor.shape}], the model wants [${variable.shape}]`);
      }
    }
    tf.tidy(() => {
      for (const { name, variable } of this.list()) {
        const { shape, values } = stored.get(name)!;
        variable.assign(tf.tensor(values, shape, 'float32'));
      }
    });
  }

  dispose(): void {
    for (const { variable } of this.list()) variable.dispose();
    this.byName.clear();
  }
}

export class ParameterScope {
  constructor(
    private readonly parameters: Parameters,
    private readonly prefix: string,
    private readonly group: ParameterGroup,
  ) {}

  scope(name: string): ParameterScope {
    return new ParameterScope(this.parameters, this.name(name), this.group);
  }

  /** A parameter that weight decay applies to. */
  weight(name: string, shape: number[], initializer: Initializer): tf.Variable {
    return this.parameters.create(this.name(name), shape, initializer, this.group, true);
  }

  /** A parameter without weight decay: biases, layer-norm scales. */
  bias(name: string, shape: number[], initializer: Initializer = zeros): tf.Variable {
    return this.parameters.create(this.name(name), shape, initializer, this.group, false);
  }

  private name(name: string): string {
    return this.prefix ? `${this.prefix}.${name}` : name;
  }
}

/** What a forward pass needs besides its tensors. */
export interface ForwardContext {
  /** Dropout acts only in training. */
  training: boolean;
  /** A fresh seed for each random layer, from the run's stream: equal runs draw equal masks. */
  nextSeed(): number;
}

export const inference: ForwardContext = { training: false, nextSeed: () => 0 };
