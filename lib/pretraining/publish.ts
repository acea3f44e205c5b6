import { copyFileSync, mkdirSync } from 'node:fs';
import * as path from 'node:path';
import { displayPath, writeFileAtomic, writeJson } from '../common';
import { isCorpus } from '../corpus';
import type { StoredTensor } from '../layers';
import { encoderName, encoderPrefix, type EncoderConfig, publishedEncoder, readSafetensors, roformerPrefix, weightsFile, wordVectorFiles, writeSafetensors } from '../models';
import { Vocabulary } from '../text';
import { publishedTokenizer } from '../text/published';
import { MaskedLanguageModel } from './masked-language-model';
import { corpusCoverage, modelCard } from './model-card';
import { notOverEncoder, notOverWordVectors, snapshotFolder } from './not-over';
import { pretrainedWeights, vocabularyName } from './pretrain';
import { recordFile, type PretrainRecord } from './record';
import { snapshotFile } from './trainer';
import { wordVectorCard } from './word-vector-card';
import { readWordVectorRecord, wordVectorRecordFile, type WordVectorTrainingRecord } from './word-vectors';

/** Dropout that fine-tuning takes by default, whatever pre-training had. BERT's for hidden vectors; none for attention, which is slow and gains nothing at this size. */
const fineTuningDropout = { hidden_dropout_prob: 0.1, attention_probs_dropout_prob: 0 };

/**
 * Writes an encoder with its masked-language-model head as HuggingFace's files: config.json, model.safetensors in half precision, vocab.txt,
 * tokenizer.json and tokenizer_config.json. A BERT with rotary positions is transformers' RoFormer.
 */
export function publishEncoder(folder: string, encoder: Omit<EncoderConfig, 'weights'>, vocabulary: Vocabulary, weights: ReadonlyMap<string, StoredTensor>): void {
  const rotary = encoder.positions === 'rope';
  const prefix = rotary ? roformerPrefix : encoderPrefix;
  writeJson(path.join(folder, 'config.json'), {
    architectures: [rotary ? 'RoFormerForMaskedLM' : 'BertForMaskedLM'],
    model_type: rotary ? 'roformer' : 'bert',
    vocab_size: vocabulary.size,
    hidden_size: encoder.hidden,
    ...(rotary ? { embedding_size: encoder.hidden, rotary_value: false } : {}),
    num_hidden_layers: encoder.layers,
    num_attention_heads: encoder.heads,
    intermediate_size: encoder.feedForward,
    hidden_act: 'gelu',
    max_position_embeddings: encoder.maxPositions,
    type_vocab_size: encoder.typeVocabulary,
    layer_norm_eps: encoder.layerNormEpsilon,
    initializer_range: 0.02,
    ...fineTuningDropout,
    pad_token_id: vocabulary.pad,
    tie_word_embeddings: true,
  });
  vocabulary.save(path.join(folder, 'vocab.txt'));
  const tokenizer = publishedTokenizer(vocabulary, true);
  // Compact: its vocabulary of thousands of entries is not for reading.
  writeFileAtomic(path.join(folder, 'tokenizer.json'), JSON.stringify(tokenizer.json) + '\n');
  writeJson(path.join(folder, 'tokenizer_config.json'), { ...tokenizer.config, tokenizer_class: 'BertTokenizer', model_max_length: encoder.maxPositions });
  const renamed = new Map([...weights].map(([name, tensor]) => [name.startsWith(encoderPrefix) ? prefix + name.slice(encoderPrefix.length) : name, tensor]));
  // Last, so that a folder with weights is a finished one.
  writeSafetensors(path.join(folder, weightsFile), renamed, { dtype: 'F16', metadata: { format: 'pt' } });
}

/**
 * Publishes a finished pre-training with its record and its model card, and beside it, as FOLDER-25 and so on, the weights that it had
 * after each share of its updates that the config names.
 * @throws InputError where another encoder is there, unless `force`
 */
export async function publishPretrained(run: string, record: PretrainRecord, folder: string, { force = false } = {}): Promise<void> {
  if (!force) notOverEncoder(folder, record.config, record);
  const vocabulary = Vocabulary.fromFile(path.join(run, vocabularyName));
  const { encoder, text, training } = record.config;
  // First, so that what was begun here and cut off is known as this one's.
  mkdirSync(folder, { recursive: true });
  copyFileSync(path.join(run, recordFile), path.join(folder, recordFile));
  for (const share of training.snapshots) {
    publishEncoder(snapshotFolder(folder, share), encoder, vocabulary, readSafetensors(snapshotFile(run, share)));
  }
  const corpora = new Set(['sample', ...text.corpora, ...text.guarded.filter(isCorpus)]);
  const words = readWordVectorRecord(folder);
  const card = modelCard(path.basename(folder), record, await corpusCoverage(vocabulary, [...corpora]));
  writeFileAtomic(path.join(folder, 'README.md'), words ? `${card}\n${wordVectorCard(words)}` : card);
  publishEncoder(folder, encoder, vocabulary, pretrainedWeights(run));
}

/** A published encoder with its head and vocabulary: what `publishEncoder` wrote. */
export function readPublished(folder: string): { model: MaskedLanguageModel; vocabulary: Vocabulary } {
  const vocabulary = Vocabulary.fromFile(path.join(folder, 'vocab.txt'));
  const model = new MaskedLanguageModel({ ...publishedEncoder(folder), vocabulary: vocabulary.size }, { seed: 0 });
  model.parameters.load(new Map([...readSafetensors(path.join(folder, weightsFile))].map(([name, tensor]) => [encoderName(name), tensor])), displayPath(folder));
  return { model, vocabulary };
}

/**
 * Copies finished vectors to where they are published, with their record.
 * @throws InputError where other word vectors are there, unless `force`
 */
export function publishWordVectors(run: string, record: WordVectorTrainingRecord, folder: string, { force = false } = {}): void {
  if (!force) notOverWordVectors(folder, record.config, record);
  mkdirSync(folder, { recursive: true });
  for (const name of Object.values(wordVectorFiles)) copyFileSync(path.join(run, name), path.join(folder, name));
  writeJson(path.join(folder, wordVectorRecordFile), record);
}
