import type { Precision } from '../backend';
import {
  bandedPointer, bilstmCrfTagger, bilstmTagger, coPredictor, crfTagger, globalPointer, type ParameterScope, Parameters, sharedPointer, softmaxTagger, type SpanHead, type TagHead,
} from '../layers';
import { legalTags } from '../text';
import { checkModel } from './check-model';
import { type HeadConfig, type ModelConfig, type TagHeadConfig, tagsTokens } from './config';
import { encoding, secondEncoderPrefix, type WordTable } from './encoding';
import { checkEncoderWeights, pretrainedTensors } from './pretrained';
import { SpanModel } from './span-model';
import { bioTags, TagModel } from './tag-model';

export interface ModelResources {
  /** Entity types in the corpus's order. */
  types: readonly string[];
  vocabularySize: number;
  /** Needed by models with word vectors or a lexicon, ignored by others. */
  wordVectors?: WordTable;
  /** Seeds the initial weights. */
  seed: number;
  /** Of matrix products and activations; float32 by default. */
  precision?: Precision;
}

/** Makes the model of a config on the prepared backend, from published weights where the config names them. */
export function buildModel(config: ModelConfig, resources: ModelResources): SpanModel | TagModel {
  const { types, vocabularySize, wordVectors, seed, precision } = resources;
  checkModel(config);
  const { weights } = config.encoder;
  const initial = weights === undefined ? undefined : pretrainedTensors({ ...config.encoder, weights }, vocabularySize);
  if (config.channels?.encoders === 'separate') for (const [name, tensor] of [...(initial ?? [])]) initial!.set(secondEncoderPrefix + name, tensor);
  const parameters = new Parameters(seed, initial);
  const tokens = encoding(parameters, config, vocabularySize, wordVectors);
  if (initial) checkEncoderWeights(parameters, initial, weights!);
  if (tagsTokens(config.head)) {
    return new TagModel(parameters, types, tokens, tagHead(parameters, tokens.size, bioTags(types), config.head, config), precision);
  }
  const head = pointerHead(parameters.scope('pointer'), tokens.size, types.length, config.head);
  return new SpanModel(parameters, types, tokens, head, precision);
}

function tagHead(parameters: Parameters, inputs: number, tags: string[], head: TagHeadConfig, { encoder, characters, channels }: ModelConfig): TagHead {
  const dropout = characters?.dropout ?? encoder.dropout;
  const width = characters?.dimension ?? encoder.hidden;
  if (head.kind === 'token-classifier') return softmaxTagger(parameters.scope('classifier'), inputs, tags.length, dropout);
  const config = { dropout, allowed: legalTags(tags, 'BIO') };
  const scope = parameters.scope('tagger');
  if (head.kind === 'crf') return crfTagger(scope, inputs, tags.length, config);
  if (head.kind === 'co-predictor') {
    const biaffine = head.biaffine === null ? null : { size: head.biaffine, positions: encoder.maxPositions };
    const crf = head.crf ? config.allowed : undefined;
    return coPredictor(scope, inputs, tags.length, { hidden: encoder.hidden, biaffine, dropout: channels!.dropout, crf });
  }
  const hidden = head.hidden ?? Math.ceil(width / 2);
  if (head.kind === 'bilstm') return bilstmTagger(scope, inputs, tags.length, { dropout, hidden });
  return bilstmCrfTagger(scope, inputs, tags.length, { ...config, hidden });
}

function pointerHead(scope: ParameterScope, inputs: number, types: number, head: Exclude<HeadConfig, TagHeadConfig>): SpanHead {
  if (head.kind === 'banded-pointer') return bandedPointer(scope, inputs, types, head);
  return head.kind === 'egp-shared' ? sharedPointer(scope, inputs, types, head) : globalPointer(scope, inputs, types, head);
}
