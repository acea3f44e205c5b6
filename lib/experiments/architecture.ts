import { existsSync } from 'node:fs';
import * as path from 'node:path';
import { projectRoot } from '../common';
import { catalog } from '../corpus';
import { modelArchitecture } from '../figures';
import { offlineProvider } from '../llm';
import { architecture, type Architecture, differences, type ModelSizes, readPublishedWordVectors, variant as registryRow, type VariantRow, weightsFile } from '../models';
import { Vocabulary } from '../text';
import { quoted } from './command';
import type { RunConfig } from './config';
import { loadRunData } from './data';
import type { ExperimentOutput } from './experiment';
import { count, none } from './format';
import { profile, resolveConfig, type RunRequest } from './profiles';
import { makeResources, vocabularyFile } from './resources';
import { right, type Table } from './table';

export type ArchitectureRequest = Omit<RunRequest, 'seed'>;

/** A model as its run configuration makes it, drawn and told part by part. */
export interface ArchitectureData {
  variant: string;
  /** Trainable numbers of all parts. */
  parameters: number;
  parts: Architecture['parts'];
  flows: Architecture['flows'];
  /** The full model that it was compared with, and what of that it has not or has otherwise. */
  against: { name: string; removed: string[]; changed: string[]; added: string[] } | null;
}

/** Entries of bert-base-chinese's vocabulary, which Chinese RoBERTa-wwm-ext and MacBERT share. */
const publishedVocabulary = 21_128;

/**
 * Figure 1 of paper B or paper A, of any row of the registry: its parts from its configuration at a profile, and where it is a row of a paper's full model,
 * what that has and it has not. Nothing is trained or built. At the paper's scale no checkpoint need be there: their structure and vocabulary are known.
 */
export async function architectureOf(request: ArchitectureRequest): Promise<ExperimentOutput<ArchitectureData>> {
  const { variant, corpus, profile: profileName, set = [] } = request;
  const row = registryRow(variant);
  const own = await described(request);
  const name = fullModel(row);
  const full = name === null || (name === variant && !set.length) ? null : await described({ variant: name, corpus, profile: profileName });
  const against = full && { name: name === variant ? `${name} as the profile has it` : name!, ...differences(own.model, full.model) };
  const title = `Architecture of ${variant}: ${corpus}, ${profileName}`;
  const ids = (parts: readonly { id: string }[]): string[] => parts.map(({ id }) => id);
  return {
    tables: [table(title, own.model, against, [row.description, ...own.notes])],
    data: {
      variant,
      parameters: total(own.model),
      parts: own.model.parts,
      flows: own.model.flows,
      against: against && { name: against.name, removed: ids(against.removed), changed: against.changed, added: against.added },
    },
    figure: modelArchitecture({ ...own.model, ...(against && { against }) }, title),
    records: [],
  };
}

/** The command that draws it again. */
export function architectureCommand({ variant, corpus, profile: profileName, set = [] }: ArchitectureRequest): string {
  return ['npx medner figures architecture', ...[variant, '--corpus', corpus, '--profile', profileName, ...set.flatMap((assignment) => ['--set', assignment])].map(quoted)].join(' ');
}

const total = ({ parts }: Architecture): number => parts.reduce((sum, { parameters }) => sum + parameters, 0);

/** The model that a row takes something from; null for paper A's baselines, which share no structure with its model. */
function fullModel({ channels, settings }: VariantRow): string | null {
  if (channels) return 'llm-medner';
  return settings === 'llm-medner' ? null : 'da-rw-egp';
}

async function described(request: ArchitectureRequest): Promise<{ model: Architecture; notes: string[] }> {
  const { checkpoint } = registryRow(request.variant);
  const missing = checkpoint !== null && absent(request, checkpoint);
  const set = [...(request.set ?? []), ...(missing ? ['model.encoder.weights=null'] : [])];
  const config = resolveConfig({ ...request, set, seed: 0 });
  const { weights } = config.model.encoder;
  const sizes = await modelSizes(config, missing);
  return {
    model: architecture(config.model, { ...sizes, weights: missing ? checkpoint : weights && path.basename(weights) }),
    notes: missing ? [`${checkpoint} is not here: structure and vocabulary (${count(publishedVocabulary)} entries) are those of BERT-base Chinese as published.`] : [],
  };
}

/** Whether the profile's checkpoint is what the row starts from, and is not here. */
function absent({ profile: profileName, set = [] }: ArchitectureRequest, checkpoint: string): boolean {
  const folder = profile(profileName).weights(checkpoint);
  return folder !== null && !set.some((assignment) => assignment.startsWith('model.encoder.weights=')) && !existsSync(path.resolve(projectRoot, folder, weightsFile));
}

async function modelSizes(config: RunConfig, published: boolean): Promise<ModelSizes> {
  const { model, wordVectors, tokenization, augmentation, traditional, features } = config;
  const file = vocabularyFile(config);
  const known = catalog.find(({ id }) => id === config.corpus.id)?.types;
  // What depends on the documents themselves is made as a run makes it.
  const trained = model.words?.trainable || model.lexicon?.trainable;
  const made = trained || !(file || published);
  const data = made || !known ? await loadRunData(config.corpus) : undefined;
  const resources = made ? makeResources(config, data!) : undefined;
  const dimension = resources?.wordVectors?.dimension ?? (wordVectors?.pretrained ? readPublishedWordVectors(path.resolve(projectRoot, wordVectors.pretrained)).dimension : wordVectors?.dimension);
  const methods = [...(augmentation ? augmentationFacts(augmentation) : []), ...(traditional ? [traditional.method] : [])];
  return {
    vocabulary: resources?.vocabulary.size ?? (published ? publishedVocabulary : Vocabulary.fromFile(file!).size),
    types: (known ?? data!.types).length,
    tokens: tokenization.maxLength,
    ...(dimension !== undefined && { words: { dimension, rows: resources?.wordVectors?.words.length } }),
    ...(methods.length && { augmentation: methods }),
    provider: features?.provider === offlineProvider ? `${offlineProvider}, by rule` : features?.provider,
  };
}

function augmentationFacts({ substitution, joining, sentences, remote }: NonNullable<RunConfig['augmentation']>): string[] {
  const easy = Object.entries({ substitution, joining, sentences }).filter(([, { documents }]) => documents > 0).map(([name]) => name);
  // Without unlabelled text there is nothing to annotate.
  return [...(easy.length ? [easy.join(', ')] : []), ...(remote.documents > 0 && remote.unlabelled.length ? ['remote supervision'] : [])];
}

function table(title: string, model: Architecture, against: { name: string; removed: Architecture['parts']; changed: string[]; added: string[] } | null, notes: string[]): Table {
  const gives = (id: string): string => [...new Set(model.flows.filter(({ from }) => from === id).map(({ carries }) => carries).filter(Boolean))].join(', ') || none;
  const beside = (id: string): string => (against?.changed.includes(id) ? 'other' : against?.added.includes(id) ? 'added' : 'same');
  const compared = against ? [{ header: `beside ${against.name}` }] : [];
  const cells = ({ id, title: name, facts, parameters }: Architecture['parts'][number], parted: string): string[] =>
    [name, facts.join('; '), parted === 'removed' ? none : gives(id), parted === 'removed' || parameters === 0 ? none : count(parameters), ...(against ? [parted] : [])];
  return {
    title,
    columns: [{ header: 'part' }, { header: 'configuration' }, { header: 'gives' }, right('parameters'), ...compared],
    rows: [...model.parts.map((part) => cells(part, beside(part.id))), ...(against?.removed ?? []).map((part) => cells(part, 'removed'))],
    footnotes: [
      ...notes,
      `${count(total(model))} parameters are trained. gives: shapes of what is handed on, n tokens of a window${model.parts.some(({ id }) => id === 'gru-second') ? ', m of the second channel' : ''}.`,
    ],
  };
}
