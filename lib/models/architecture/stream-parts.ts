import type { ModelConfig } from '../config';
import { convolutions, dense, encoderSize } from './sizes';
import type { Flow, ModelSizes, Part } from './types';

/** What stands below a head: parts and flows, and the part that gives the tokens' vectors with their width. */
export interface Base {
  parts: Part[];
  flows: Flow[];
  last: Part['id'];
  width: number;
}

export const vectors = (width: number): string => `[n, ${width.toLocaleString('en')}]`;

export const textPart = (tokens: number): Part => ({ id: 'text', title: 'text', facts: [`windows of up to ${tokens} tokens`], scopes: [], parameters: 0 });

export function encoderPart({ encoder }: Pick<ModelConfig, 'encoder'>, { vocabulary, weights }: ModelSizes): Part {
  const { layers, hidden, heads, feedForward, positions } = encoder;
  return {
    id: 'encoder',
    title: 'encoder (Eq. 1)',
    facts: [
      weights ?? 'random weights',
      `${layers} layers of ${hidden}, ${heads} heads, inner ${feedForward.toLocaleString('en')}`,
      `${vocabulary.toLocaleString('en')} tokens, ${positions === 'rope' ? 'rotary' : 'learned'} positions`,
    ],
    scopes: ['bert.'],
    parameters: encoderSize(encoder, vocabulary),
  };
}

/** A text's characters, with words beside them: paper B's models and every baseline. */
export function streamBase(config: ModelConfig, sizes: ModelSizes): Base {
  const text = textPart(sizes.tokens);
  const augmented: Part[] = sizes.augmentation ? [{ id: 'augmentation', title: 'data augmentation', facts: ['of training documents only', ...sizes.augmentation], scopes: [], parameters: 0 }] : [];
  const before: Flow[] = augmented.length ? [{ from: 'augmentation', to: 'text', carries: '' }] : [];
  const below = config.characters ? characterBase(config.characters, sizes) : wordBase(config, sizes);
  return { ...below, parts: [...augmented, text, ...below.parts], flows: [...before, ...below.flows] };
}

function wordBase(config: ModelConfig, sizes: ModelSizes): Base {
  const { encoder: { hidden }, words, lexicon } = config;
  const encoder = encoderPart(config, sizes);
  const flows: Flow[] = [{ from: 'text', to: 'encoder', carries: 'n tokens' }];
  if (!words && !lexicon) return { parts: [encoder], flows, last: 'encoder', width: hidden };
  const { dimension, rows = 0 } = sizes.words!;
  const moved = (trainable: boolean): string => (trainable ? 'moved by training' : 'not moved by training');
  const parts: Part[] = [encoder];
  if (words) {
    parts.push({ id: 'word-vectors', title: 'word vectors (Eq. 2)', facts: ['Word2Vec of the segmented words', moved(words.trainable)], scopes: ['words.embedding.'], parameters: words.trainable ? rows * dimension : 0 });
    flows.push({ from: 'text', to: 'word-vectors', carries: 'n words' }, { from: 'word-vectors', to: 'fusion', carries: vectors(dimension) });
  }
  if (lexicon) {
    parts.push({ id: 'lexicon', title: 'SoftLexicon', facts: ['words that begin at, go through,', 'end at or are a character', moved(lexicon.trainable)], scopes: ['lexicon.'], parameters: lexicon.trainable ? rows * dimension : 0 });
    flows.push({ from: 'text', to: 'lexicon', carries: '4 sets a token' }, { from: 'lexicon', to: 'fusion', carries: vectors(4 * dimension) });
  }
  const kind = words?.fusion ?? 'concat';
  const formula = { concat: words ? (lexicon ? 'h = [c; w; v]' : 'h = [c; w]') : 'h = [c; v]', add: 'h = c + W w + b', gated: 'h = g ∘ c + (1 − g) ∘ (W w + b)' }[kind];
  const projected = kind === 'concat' ? 0 : dense(dimension, hidden);
  const gate = kind === 'gated' ? dense(hidden + dimension, hidden) : 0;
  parts.push({ id: 'fusion', title: 'fusion (Eq. 3)', facts: [kind === 'concat' || !lexicon ? formula : `${formula}, then [h; v]`], scopes: ['words.projection.', 'words.gate.'], parameters: projected + gate });
  flows.push({ from: 'encoder', to: 'fusion', carries: vectors(hidden) });
  return { parts, flows, last: 'fusion', width: hidden + (words && kind === 'concat' ? dimension : 0) + (lexicon ? 4 * dimension : 0) };
}

function characterBase({ dimension, convolution }: NonNullable<ModelConfig['characters']>, { vocabulary }: ModelSizes): Base {
  const parts: Part[] = [{
    id: 'characters', title: 'character vectors', facts: [`${vocabulary.toLocaleString('en')} characters, ${dimension} wide`, 'from random values'], scopes: ['characters.embedding.'], parameters: vocabulary * dimension,
  }];
  const flows: Flow[] = [{ from: 'text', to: 'characters', carries: 'n characters' }];
  if (!convolution) return { parts, flows, last: 'characters', width: dimension };
  const { kernelSizes, channels } = convolution;
  parts.push({
    id: 'convolution', title: 'convolutions', facts: [`${channels} each over ${kernelSizes.join(', ')} characters`, 'ReLU'], scopes: ['characters.convolution.'], parameters: convolutions(kernelSizes, dimension, channels),
  });
  flows.push({ from: 'characters', to: 'convolution', carries: vectors(dimension) });
  return { parts, flows, last: 'convolution', width: kernelSizes.length * channels };
}
