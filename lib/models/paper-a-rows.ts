import { featureKinds } from '../layers/feature-mapping';
import type { ChannelsConfig } from './config';
import type { ReportedRow, VariantRow } from './variant-row';

/** Paper A's convolutions over characters, with the defaults of `CharactersConfig`. */
const characterConvolution = { kernelSizes: [3, 4, 5], channels: 128 };

/** What only paper A compares: baselines of its Table 5, its model, and the ablations of Table 6. */
export const paperARows: readonly VariantRow[] = [
  {
    name: 'roberta-bilstm',
    checkpoint: 'chinese-roberta-wwm-ext',
    words: null,
    head: 'bilstm',
    settings: 'llm-medner',
    reported: [paperA('Table 5', 'RoBERTa-BiLSTM')],
    description: 'roberta-bilstm-crf with a softmax a token in place of the conditional random field.',
  },
  {
    name: 'bilstm-crf',
    checkpoint: null,
    words: null,
    characters: {},
    head: 'bilstm-crf',
    settings: 'llm-medner',
    reported: [paperA('Table 5', 'BiLSTM-CRF')],
    description: 'character vectors from random values, a bidirectional LSTM and a conditional random field: no pre-trained encoder.',
  },
  {
    name: 'cnn-crf',
    checkpoint: null,
    words: null,
    characters: { convolution: characterConvolution },
    head: 'crf',
    settings: 'llm-medner',
    reported: [paperA('Table 5', 'CNN-CRF')],
    description: 'bilstm-crf with convolutions in place of the LSTM.',
  },
  {
    name: 'cnn-bilstm-crf',
    checkpoint: null,
    words: null,
    characters: { convolution: characterConvolution },
    head: 'bilstm-crf',
    settings: 'llm-medner',
    reported: [paperA('Table 5', 'CNN-BiLSTM-CRF')],
    description: 'bilstm-crf with convolutions before the LSTM.',
  },
  dualChannel('llm-medner', 'the full model of paper A: original and enhanced text in two channels, a chat model\'s features at the keywords, BIO tags by the co-predictor.', 'LLM-MedNER', {}),
  dualChannel('llm-medner-single-channel', 'llm-medner reading the original text alone, with none of the chat model\'s features.', 'Single channel', { second: null, features: [] }),
  dualChannel('llm-medner-wo-enhanced-text', 'llm-medner whose second channel reads the original text again.', 'w/o Enhanced Text', { second: 'original' }),
  dualChannel('llm-medner-wo-keywords', 'llm-medner without keywords, and so without all that stands at their places.', 'w/o Keywords', { features: [] }),
  dualChannel('llm-medner-wo-descriptions', 'llm-medner without the keywords\' descriptions.', 'w/o Semantic Desc', { features: without('description') }),
  dualChannel('llm-medner-wo-pos', 'llm-medner without the keywords\' parts of speech.', 'w/o POS Info', { features: without('partOfSpeech') }),
  dualChannel('llm-medner-wo-relations', 'llm-medner without the relations between keywords.', 'w/o Entity Relations', { features: without('relation') }),
  dualChannel('llm-medner-wo-cross-attention', 'llm-medner with the mean of the second channel at every token in place of cross attention.', 'w/o Cross Attention', { fusion: 'mean' }),
  dualChannel('llm-medner-wo-conv', 'llm-medner without AdaLN, perceptron and convolutions: the relation scores alone.', 'w/o Conv', { convolution: null }),
  dualChannel('llm-medner-wo-biaffine', 'llm-medner without relation scores: the convolved vectors alone.', 'w/o Biaffine', {}, { headOptions: { biaffine: null } }),
  dualChannel('llm-medner-crf', 'llm-medner whose scores a conditional random field decodes.', 'with CRF', {}, { headOptions: { crf: true } }),
  dualChannel('llm-medner-span', 'llm-medner with a banded pointer in place of BIO tags: it holds nested entities too.', null, {}, { head: 'banded-pointer' }),
];

function paperA(table: string, row: string): ReportedRow {
  return { paper: 'llm-medner', table, row };
}

function without(kind: (typeof featureKinds)[number]): ChannelsConfig['features'] {
  return featureKinds.filter((other) => other !== kind);
}

/** A row of paper A's Table 6: llm-medner but for what is given. */
function dualChannel(
  name: string,
  description: string,
  row: string | null,
  channels: Partial<ChannelsConfig>,
  rest: Pick<Partial<VariantRow>, 'head' | 'headOptions'> = {},
): VariantRow {
  return {
    name, checkpoint: 'chinese-macbert-base', words: null, channels, head: 'co-predictor', ...rest, settings: 'llm-medner', description,
    ...(row !== null && { reported: [paperA('Table 6', row)] }),
  };
}
