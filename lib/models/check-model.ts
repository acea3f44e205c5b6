import { InputError } from '../common';
import { type ModelConfig, tagsTokens } from './config';

/** Rules that bind several fields of a model. @throws InputError naming the fields */
export function checkModel(config: ModelConfig): void {
  const { encoder, head, characters, channels, words, lexicon } = config;
  if (encoder.hidden % encoder.heads !== 0) {
    throw new InputError(`encoder.hidden ${encoder.hidden} is not a multiple of encoder.heads ${encoder.heads}`);
  }
  if (encoder.positions === 'rope' && (encoder.hidden / encoder.heads) % 2 !== 0) {
    throw new InputError(`rotary positions need an even width per head, but ${encoder.hidden} / ${encoder.heads} is odd`);
  }
  if (!tagsTokens(head) && head.rope && head.size % 2 !== 0) {
    throw new InputError(`rotary positions need an even head.size, not ${head.size}`);
  }
  if ((characters || channels) && (words || lexicon || (characters && channels))) {
    throw new InputError('model.characters, model.channels, and model.words or model.lexicon exclude each other: each says what the head reads');
  }
  if (characters && encoder.weights !== undefined) {
    throw new InputError(`model.characters stand in the encoder's place, so model.encoder.weights (${encoder.weights}) have none; to take its vocabulary, set tokenization.vocabulary`);
  }
  if (channels) checkChannels({ ...config, channels });
  if (head.kind === 'co-predictor') {
    if (!channels) throw new InputError('head co-predictor reads h and D of a model with channels; set model.channels={}, or take another head');
    if (head.biaffine === null && channels.convolution === null) {
      throw new InputError('head.biaffine and channels.convolution are both null: the co-predictor has nothing left to score by');
    }
  }
}

function checkChannels({ encoder: { hidden }, channels }: ModelConfig & Required<Pick<ModelConfig, 'channels'>>): void {
  const { second, fusion, heads, convolution, encoders } = channels;
  if (hidden % 2 !== 0) throw new InputError(`the channels' BiGRUs keep the width, half of it in each direction: encoder.hidden ${hidden} must be even`);
  if (second !== null && fusion === 'attention' && hidden % heads !== 0) {
    throw new InputError(`encoder.hidden ${hidden} is not a multiple of channels.heads ${heads}`);
  }
  if (second === null && encoders === 'separate') throw new InputError('channels.encoders separate is for a second channel, and channels.second is null');
  if (convolution && convolution.kernelSizes.length !== convolution.dilations.length) {
    throw new InputError(
      `channels.convolution has ${convolution.kernelSizes.length} kernelSizes and ${convolution.dilations.length} dilations: one of each for every convolution`,
    );
  }
}
