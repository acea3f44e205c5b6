import * as tf from '@tensorflow/tfjs';
import { InputError } from '../common';
import type { Document } from '../corpus/types';
import {
  adaptiveLayerNorm, bert, biaffine, convolutionBank, type ConvolutionBank, crossAttention, encodeItems, featureKinds, type FeatureKind, featureMapping, type FeatureMapping, gru, inference,
  innerTokens, type KeywordItems, type KeywordTokens, reluMlp,
} from '../layers';
import { linear } from '../backend/operations';
import { collate, disposeBatch, makeExamples, windowLengths, type Batch, type ExampleResources, type ModelConfig, type TagModel } from '../models';
import type { Tokenizer } from '../text';
import { attentionWeights } from './attention-weights';
import { ModelView } from './model-view';

/** What one step makes of a sentence. */
export interface ChannelStep {
  step: string;
  /** The layer that makes it. */
  layer: string;
  /** Number of the equation in paper A. */
  equation: string;
  shape: number[];
  /** Scalars of the parameters that the step brings in; a shared encoder's count where it stands first. */
  parameters: number;
  values: Float32Array;
}

export type StepName = (typeof stepNames)[number];
const stepNames = ['H_org', 'H_aug', 'items', 'keywords', 'H_org mapped', 'H_aug mapped', 'BiGRU of T', 'BiGRU of T′', 'attention', 'joined', 'h', 'AdaLN', 'MLP', 'D', 'S′', 'D W_d', 'S'] as const;

export interface ChannelSteps {
  /** [CLS], the text's tokens, [SEP]; of T and of T′. */
  tokens: string[];
  enhanced: string[];
  steps: Record<StepName, ChannelStep>;
  /** Length of what each kind of feature adds at each token (Eq. 7-8), and of the encoder's own vector. */
  added: Record<'original' | 'second', Record<FeatureKind | 'own', Float32Array>>;
  /** reach[l][t]: whether convolution l at the middle token changes when token t does. */
  reach: boolean[][];
}

/** The full model of paper A, whose steps can be taken. */
function parts({ channels, head }: ModelConfig): { channels: NonNullable<ModelConfig['channels']>; pairs: number } {
  const whole = channels?.second && channels.features.length > 0 && channels.encoders === 'shared' && channels.fusion === 'attention' && channels.convolution;
  if (!whole || head.kind !== 'co-predictor' || head.biaffine === null || head.crf) throw new InputError('its steps are those of the full model: expected the variant llm-medner, with one encoder');
  return { channels, pairs: head.biaffine };
}

/**
 * The forward pass of paper A's model on one sentence, step by step (Eq. 1-20), by the model's own weights in the layers that it is made of. That the last
 * step is what the model says is for the caller to check: `S` beside `model.logits`.
 * @throws InputError for another model, and for a text or an enhanced text that takes more than one window
 */
export async function channelSteps(model: TagModel, config: ModelConfig, document: Document, resources: ExampleResources & { tokenizer: Tokenizer }): Promise<ChannelSteps> {
  parts(config);
  const { examples } = makeExamples([document], resources);
  const second = examples[0]?.channels?.second ?? [];
  if (examples.length !== 1 || second.length !== 1) throw new InputError(`${document.id}: expected a text of one window with an enhanced text of one, found ${examples.length} and ${second.length}; choose a shorter one`);
  const batch = collate(examples);
  const { steps, norms, reach } = tf.tidy(() => forward(model, config, batch, resources.tokenizer.vocabulary.size));
  try {
    const told = await Promise.all(stepNames.map(async (step): Promise<[StepName, ChannelStep]> => {
      const { tensor, ...rest } = steps[step];
      return [step, { step, ...rest, shape: tensor.shape, values: await tensor.data<'float32'>() }];
    }));
    const names = [...featureKinds, 'own'] as const;
    const lengths = async (of: Record<string, tf.Tensor>): Promise<ChannelSteps['added']['original']> =>
      Object.fromEntries(await Promise.all(names.map(async (name) => [name, await of[name].data<'float32'>()]))) as ChannelSteps['added']['original'];
    const changed = await reach.data();
    const n = batch.length;
    return {
      tokens: namesOf(examples[0].ids, resources.tokenizer),
      enhanced: namesOf(second[0], resources.tokenizer),
      steps: Object.fromEntries(told) as ChannelSteps['steps'],
      added: { original: await lengths(norms.original), second: await lengths(norms.second) },
      reach: Array.from({ length: reach.shape[0] }, (_, l) => Array.from({ length: n }, (__, t) => changed[l * n + t] > 0)),
    };
  } finally {
    tf.dispose({ steps, norms, reach });
    disposeBatch(batch);
  }
}

const namesOf = (ids: Int32Array, { vocabulary }: Tokenizer): string[] => Array.from(ids, (id) => vocabulary.tokens[id]);

/** Aliases, not interfaces: tidy wants types whose fields it can look through. */
type Taken = Pick<ChannelStep, 'layer' | 'equation' | 'parameters'> & { tensor: tf.Tensor };
type Looked = { steps: Record<StepName, Taken>; norms: Record<'original' | 'second', Record<string, tf.Tensor>>; reach: tf.Tensor2D };

/** Everything that is looked at, as tensors of the caller's tidy. */
function forward(model: TagModel, config: ModelConfig, batch: Batch, vocabulary: number): Looked {
  const { channels, pairs } = parts(config);
  const { hidden, layerNormEpsilon, maxPositions } = config.encoder;
  const { second, items, keywordItems, original, enhanced } = batch.channels!;
  const view = new ModelView(model.parameters);
  const [scope, head] = [view.scope('channels'), view.scope('tagger')];
  const steps = {} as Record<StepName, Taken>;
  let counted = 0;
  const take = <T extends tf.Tensor>(step: StepName, equation: string, layer: string, tensor: T): T => {
    steps[step] = { layer, tensor, equation, parameters: view.size - counted };
    counted = view.size;
    return tensor;
  };

  const encoder = bert(view.scope('bert', 'encoder'), { ...config.encoder, vocabulary });
  const own = take('H_org', '1', 'encoder', encoder.forward(batch.ids, batch.mask, inference));
  const other = take('H_aug', '1', 'the same encoder', encoder.forward(second!.ids, second!.mask, inference));
  const said = take('items', '3-6', 'the same encoder, one vector an item', encodeItems(encoder, items, hidden, inference));
  const mapping = featureMapping(scope.scope('mapping'), channels.features, channels.initialWeight);
  const keywords = take('keywords', '7-8', 'α, β, γ, δ: one sum a keyword', mapping.keywords(said, keywordItems));
  const mapped = take('H_org mapped', '7-8', 'added at p_i', mapping.add(own, keywords, original));
  const otherMapped = take('H_aug mapped', '7-8', 'added at q_i', mapping.add(other, keywords, enhanced));

  const recurrent = (name: string, x: tf.Tensor3D, lengths: readonly number[]): tf.Tensor3D => gru(scope.scope(name), hidden, hidden / 2).forward(x, lengths);
  const lengths = windowLengths(batch);
  const x = take('BiGRU of T', '9', 'BiGRU', recurrent('original', mapped, lengths));
  const y = take('BiGRU of T′', '9', 'BiGRU of its own', recurrent('second', otherMapped, second!.lengths));
  const attention = scope.scope('attention');
  const from = crossAttention(attention, hidden, channels.heads).forward(x, y, second!.real);
  const [query, key] = ['query', 'key'].map((name) => model.parameters.get(`channels.attention.${name}.weight`));
  take('attention', '10', 'cross attention', attentionWeights(x, y, { query, key, heads: channels.heads }));
  const joined = take('joined', '10', 'residual', tf.add<tf.Tensor3D>(x, from));
  const h = take('h', '11', 'BiGRU', recurrent('fused', joined, lengths));

  const normal = take('AdaLN', '12, 14-15', 'AdaLN', adaptiveLayerNorm(scope.scope('norm'), hidden, layerNormEpsilon).forward(h));
  const c = take('MLP', '13', 'two dense layers, ReLU', reluMlp(scope.scope('mlp'), hidden).forward(normal));
  const { kernelSizes, dilations, channels: kernels } = channels.convolution!;
  const bank = convolutionBank(scope.scope('convolution'), hidden, { shapes: kernelSizes.map((size, l) => ({ size, dilation: dilations[l] })), channels: kernels, activation: 'gelu' });
  const d = take('D', '16-17', 'convolutions, GELU', bank.forward(c, batch.mask));

  const labels = 1 + 2 * model.types.length;
  const relations = take('S′', '18-19', 'biaffine', biaffine(head.scope('biaffine'), hidden, labels, { size: pairs, positions: maxPositions }).forward(h, innerTokens(lengths, batch.length)));
  const convolved = take('D W_d', '20', 'dense', linear(d, view.create('tagger.convolved.weight', [labels, bank.size])));
  take('S', '20', 'sum', tf.add(relations, convolved));
  const norms = { original: addedNorms(mapping, said, keywordItems, own, original), second: addedNorms(mapping, said, keywordItems, other, enhanced) };
  return { steps, norms, reach: reachOf(bank, c, batch.mask, kernelSizes.length) };
}

const lengthOf = (x: tf.Tensor3D): tf.Tensor => tf.sqrt(tf.sum(tf.square(x), 2)).reshape([-1]);

/** ‖·‖ of what entries of each kind alone would add at each token, beside the token's own. */
function addedNorms(mapping: FeatureMapping, said: tf.Tensor2D, of: KeywordItems, own: tf.Tensor3D, at: KeywordTokens): Record<string, tf.Tensor> {
  const kinds = of.kinds.dataSync();
  const alone = (kind: number): tf.Tensor => {
    const entries = Array.from(kinds, (_, e) => e).filter((e) => kinds[e] === kind);
    const pick = (x: tf.Tensor1D): tf.Tensor1D => tf.gather(x, tf.tensor1d(entries, 'int32'));
    if (entries.length === 0) return tf.zeros([own.shape[1]]);
    const sums = mapping.keywords(said, { keywords: pick(of.keywords), items: pick(of.items), kinds: pick(of.kinds), count: of.count });
    return lengthOf(mapping.add(tf.zerosLike(own), sums, at));
  };
  return { ...Object.fromEntries(featureKinds.map((name, kind) => [name, alone(kind)])), own: lengthOf(own) };
}

/** Which tokens of c′ the middle token's outputs depend on, convolution by convolution: each is changed in turn. → [convolutions, n]. */
function reachOf(bank: ConvolutionBank, c: tf.Tensor3D, mask: tf.Tensor2D, convolutions: number): tf.Tensor2D {
  const [, n, hidden] = c.shape;
  const middle = Math.floor(n / 2);
  const outputs = (x: tf.Tensor3D): tf.Tensor => tf.slice(bank.forward(x, mask), [0, middle, 0], [1, 1, bank.size]).reshape([convolutions, -1]);
  const before = outputs(c);
  const differences = Array.from({ length: n }, (_, t) => {
    const there = tf.oneHot(tf.tensor1d([t], 'int32'), n).reshape([1, n, 1]);
    return tf.sum(tf.abs(tf.sub(outputs(tf.add(c, tf.mul(there, tf.ones([1, 1, hidden])))), before)), 1);
  });
  return tf.stack(differences, 1) as tf.Tensor2D;
}
