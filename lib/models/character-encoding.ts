import { characterEmbedding, convolutionBank, dropout, type ParameterScope } from '../layers';
import type { CharactersConfig } from './config';
import type { Encoding } from './encoding';

/** Character vectors, and convolutions over them where the config has some: what models without a pre-trained encoder begin with. */
export function characterEncoding(scope: ParameterScope, { dimension, convolution, dropout: rate }: CharactersConfig, vocabulary: number): Encoding {
  const vectors = characterEmbedding(scope.scope('embedding'), vocabulary, dimension);
  const drop = dropout(rate);
  const bank = convolution && convolutionBank(scope.scope('convolution'), dimension, {
    shapes: convolution.kernelSizes.map((size) => ({ size, dilation: 1 })), channels: convolution.channels, activation: 'relu',
  });
  return {
    size: bank?.size ?? dimension,
    forward(batch, context) {
      const characters = vectors.forward(batch.ids);
      // Without convolutions the head's own dropout is the one that acts.
      return bank ? bank.forward(drop.forward(characters, context), batch.mask) : characters;
    },
    dispose: () => undefined,
  };
}
