import { encoderName, encoderPrefix, isHead, type PublishedConfig } from './pretrained';

/** A tensor's place in a checkpoint, in HuggingFace's PyTorch names. */
export interface PublishedName {
  /** `bert.encoder.layer.0.attention.self.query.weight`, `cls.predictions.bias`, … */
  name: string;
  /** The source stores it as [in, out] where PyTorch has [out, in]. */
  transposed: boolean;
}

const encoderPart = /^(embeddings|encoder|pooler)\./;

/** From PyTorch's names: with or without the prefix `bert.` or `roformer.`; `gamma` and `beta` in checkpoints converted before 2019. */
export function fromPytorch(name: string): PublishedName {
  const modern = encoderName(name).replace(/\.gamma$/, '.weight').replace(/\.beta$/, '.bias');
  return { name: encoderPart.test(modern) ? encoderPrefix + modern : modern, transposed: false };
}

/**
 * From a TensorFlow h5's names, `tf_bert_for_pre_training/bert/encoder/layer_._0/attention/self/query/kernel:0`: the first
 * level is the model's class; `a___b` is b; `_._` parts levels (transformers' modeling_tf_pytorch_utils states these rules).
 */
export function fromTensorflow(name: string): PublishedName {
  const levels = name.replace(/:\d+$/, '').replaceAll('_._', '/').split('/').slice(1).map((level) => level.replace(/^.*___/, ''));
  const leaf = levels.pop()!;
  const names: Record<string, string> = { kernel: 'weight', embeddings: 'weight', gamma: 'weight', beta: 'bias' };
  return { ...fromPytorch([...levels, names[leaf] ?? leaf].join('.')), transposed: leaf === 'kernel' };
}

/** From a flax tree's path, [`bert`, `encoder`, `layer`, `0`, …, `kernel`]. */
export function fromFlax(path: readonly string[]): PublishedName {
  const levels = path[0] === 'params' ? path.slice(1) : [...path];
  const leaf = levels[levels.length - 1];
  const names: Record<string, string> = { kernel: 'weight', embedding: 'weight', scale: 'weight' };
  return { ...fromPytorch([...levels.slice(0, -1), names[leaf] ?? leaf].join('.')), transposed: leaf === 'kernel' };
}

/** Heads of the pre-training tasks, the pooler and the buffers of position numbers and of sinusoids: no model here uses them. */
export const isDropped = (name: string): boolean =>
  isHead(name) || name.startsWith('bert.pooler.') || ['bert.embeddings.position_ids', 'bert.encoder.embed_positions.weight'].includes(name);

/** Every tensor that the encoder of `config` needs, with its shape. */
export function encoderShapes(config: PublishedConfig): Map<string, number[]> {
  const { hidden_size: hidden, intermediate_size: wide } = config;
  const shapes = new Map<string, number[]>();
  const add = (name: string, shape: number[]) => shapes.set(encoderPrefix + name, shape);
  const linear = (name: string, inputs: number, outputs: number) => {
    add(`${name}.weight`, [outputs, inputs]);
    add(`${name}.bias`, [outputs]);
  };
  const layerNorm = (name: string) => {
    add(`${name}.weight`, [hidden]);
    add(`${name}.bias`, [hidden]);
  };
  add('embeddings.word_embeddings.weight', [config.vocab_size, hidden]);
  if (config.model_type === 'bert') add('embeddings.position_embeddings.weight', [config.max_position_embeddings, hidden]);
  add('embeddings.token_type_embeddings.weight', [config.type_vocab_size, hidden]);
  layerNorm('embeddings.LayerNorm');
  for (let index = 0; index < config.num_hidden_layers; index++) {
    const layer = `encoder.layer.${index}`;
    for (const part of ['query', 'key', 'value']) linear(`${layer}.attention.self.${part}`, hidden, hidden);
    linear(`${layer}.attention.output.dense`, hidden, hidden);
    layerNorm(`${layer}.attention.output.LayerNorm`);
    linear(`${layer}.intermediate.dense`, hidden, wide);
    linear(`${layer}.output.dense`, wide, hidden);
    layerNorm(`${layer}.output.LayerNorm`);
  }
  return shapes;
}
