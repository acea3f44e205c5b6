import type { FeatureKind } from '../../layers/feature-mapping';
import { type ModelConfig, usesFeatures } from '../config';
import { convolutions, dense, recurrent } from './sizes';
import { type Base, encoderPart, textPart, vectors } from './stream-parts';
import type { Flow, ModelSizes, Part } from './types';

/** The features as paper A's Eq. 7-8 write them. */
const added: Record<FeatureKind, { what: string; symbol: string }> = {
  keyword: { what: 'keywords', symbol: 'δ h_K' },
  description: { what: 'descriptions', symbol: 'α h_desc' },
  partOfSpeech: { what: 'parts of speech', symbol: 'γ h_pos' },
  relation: { what: 'relations', symbol: 'β h_rel' },
};

/** Paper A's two channels with a chat model's features (Eq. 1-17): what gives [h; D], or h without convolutions. */
export function channelBase(config: ModelConfig & Required<Pick<ModelConfig, 'channels'>>, sizes: ModelSizes): Base {
  const { encoder: { hidden }, channels } = config;
  const { second, features, fusion, heads, convolution } = channels;
  const own = encoderPart(config, sizes);
  const parts: Part[] = [textPart(sizes.tokens)];
  const flows: Flow[] = [];
  const part = (id: Part['id'], title: string, facts: string[], scope = '', parameters = 0): void => void parts.push({ id, title, facts, scopes: scope ? [`channels.${scope}.`] : [], parameters });
  const flow = (from: Part['id'], to: Part['id'], carries: string): void => void flows.push({ from, to, carries });
  const gru = (id: 'gru-original' | 'gru-second' | 'gru-fused', equation: number, scope: string): void =>
    part(id, `BiGRU (Eq. ${equation})`, [`${hidden / 2} in each direction`], scope, recurrent(3, hidden, hidden / 2));

  if (usesFeatures(config)) {
    part('chat-model', 'chat model', [sizes.provider ?? 'its answers are input']);
    flow('text', 'chat-model', '');
  }
  if (second !== null) {
    part('second-text', second === 'enhanced' ? 'enhanced text T′' : 'the text T again', [second === 'enhanced' ? 'as the chat model rewrites it' : 'in place of the enhanced text']);
    flow(second === 'enhanced' ? 'chat-model' : 'text', 'second-text', '');
  }
  if (features.length > 0) {
    part('items', 'keywords\' features (Eq. 3–6)', features.map((kind) => added[kind].what).reduce((lines: string[], what, i) => (i % 2 ? [...lines.slice(0, -1), `${lines.at(-1)}, ${what}`] : [...lines, what]), []));
    flow('chat-model', 'items', '');
  }
  const separate = channels.encoders === 'separate';
  parts.push(own);
  if (separate) parts.push({ ...own, id: 'second-encoder', title: 'second encoder (Eq. 1)', scopes: ['second.bert.'] });
  const other = separate ? 'second-encoder' : 'encoder';
  flow('text', 'encoder', 'n tokens');
  if (second !== null) flow('second-text', other, 'm tokens');
  if (features.length > 0) {
    flow('items', other, `a vector each, by ${channels.pooling === 'cls' ? '[CLS]' : 'mean'}`);
    part('mapping', 'feature mapping (Eq. 7–8)', ['at the tokens of each keyword', `+ ${features.map((kind) => added[kind].symbol).join(' + ')}`], 'mapping', features.length);
    flow('encoder', 'mapping', `${vectors(hidden)}${separate || second === null ? '' : ` and [m, ${hidden}]`}`);
    if (separate) flow('second-encoder', 'mapping', `[m, ${hidden}]`);
  }
  const mapped = (from: 'encoder' | 'second-encoder'): Part['id'] => (features.length > 0 ? 'mapping' : from);
  gru('gru-original', 9, 'original');
  flow(mapped('encoder'), 'gru-original', vectors(hidden));
  if (second !== null) {
    gru('gru-second', 9, 'second');
    flow(mapped(other), 'gru-second', `[m, ${hidden}]`);
    const attends = fusion === 'attention';
    part('attention', attends ? 'cross attention (Eq. 10)' : 'mean of the second channel', [attends ? `${heads} heads, T asks T′` : 'at every token, in place of attention'], 'attention', attends ? 3 * hidden * hidden : 0);
    flow('gru-original', 'attention', vectors(hidden));
    flow('gru-second', 'attention', `[m, ${hidden}]`);
  }
  gru('gru-fused', 11, 'fused');
  flow(second === null ? 'gru-original' : 'attention', 'gru-fused', vectors(hidden));
  if (!convolution) return { parts, flows, last: 'gru-fused', width: hidden };
  const { kernelSizes, dilations, channels: kernels } = convolution;
  part('norm', 'AdaLN (Eq. 12, 14–15)', ['gain and shift made of h'], 'norm', 2 * dense(hidden, hidden));
  part('mlp', 'perceptron (Eq. 13)', ['two layers, ReLU'], 'mlp', 2 * dense(hidden, hidden));
  part('convolution', 'convolutions (Eq. 16–17)', [`${kernels} each over ${kernelSizes.join(', ')} tokens`, `dilations ${dilations.join(', ')}, GELU`], 'convolution', convolutions(kernelSizes, hidden, kernels));
  flow('gru-fused', 'norm', `h ${vectors(hidden)}`);
  flow('norm', 'mlp', vectors(hidden));
  flow('mlp', 'convolution', vectors(hidden));
  return { parts, flows, last: 'convolution', width: hidden + kernelSizes.length * kernels };
}
