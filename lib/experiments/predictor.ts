import * as path from 'node:path';
import { checkPrecision, prepareBackend } from '../backend';
import type { Document } from '../corpus';
import { buildModel, type ExampleResources, makeExamples, readSafetensors } from '../models';
import { predictDocuments, type PredictedDocument } from '../training';
import { newTextResources, readKnownTerms } from './features';
import { findRun, runFiles, type RunRecord } from './record';
import { readResources } from './resources';

export interface Predictor {
  record: RunRecord;
  /** What predicts, and how texts become its windows: to look inside. */
  model: ReturnType<typeof buildModel>;
  resources: ExampleResources;
  /** Entities of texts of any length. */
  predict(documents: readonly Pick<Document, 'id' | 'text'>[], onProgress?: (share: number) => void): Promise<PredictedDocument[]>;
  dispose(): void;
}

/** A finished run's model, ready to predict. */
export async function loadPredictor(keyOrPath: string): Promise<Predictor> {
  const { folder, record } = findRun(keyOrPath);
  await prepareBackend({ quiet: true });
  const { config, data } = record;
  checkPrecision(config.precision);
  const resources = readResources(folder, config, data.types);
  const { vocabulary, wordVectors } = resources;
  const terms = readKnownTerms(folder, config);
  // The run's own weights replace the imported ones, which need not be there any more.
  const { weights: _imported, ...encoder } = config.model.encoder;
  const model = buildModel({ ...config.model, encoder }, { types: data.types, vocabularySize: vocabulary.size, wordVectors, seed: config.seed, precision: config.precision });
  model.parameters.load(readSafetensors(path.join(folder, runFiles.weights)), path.join(folder, runFiles.weights));
  return {
    record,
    model,
    resources,
    async predict(texts, onProgress) {
      const documents = texts.map(({ id, text }) => ({ id, text, entities: [] }));
      const channels = await newTextResources(config, documents.map(({ text }) => text), terms);
      return predictDocuments(model, { documents, examples: makeExamples(documents, { ...resources, channels }).examples }, onProgress);
    },
    dispose: () => model.dispose(),
  };
}
