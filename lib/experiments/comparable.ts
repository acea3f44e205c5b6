import { departures } from '../corpus';
import { variant } from '../models';
import type { ExperimentRequest } from './experiment';
import { fieldOf } from './overrides';
import { paperDataset, sameCorpus } from './paper';
import { paperChatModelCalled } from './paper-chat-models';
import { paperSplit } from './paper-experiment';
import { profile } from './profiles';
import type { RunRecord } from './record';

type Asked = Pick<ExperimentRequest, 'corpus' | 'profile' | 'set' | 'paper'>;
type Run = Pick<RunRecord, 'config' | 'features'> & { data: Pick<RunRecord['data'], 'notes'> };

/** Whether corpus, split, weights, settings and all else that a model learns from are the paper's, so that its number is one to be met. */
export const comparable = (request: Asked, runs: readonly Run[]): boolean => hindrances(request, runs).length === 0;

/** What is not as in the paper, in words; nothing where a number of the paper's is one to be met. Another corpus or scale says all: no finer reason is then told. */
export function hindrances(request: Asked, runs: readonly Run[]): string[] {
  const { corpus, profile: name } = request;
  if (!sameCorpus(corpus)) return [`another corpus${paperDataset(corpus) ? ` (${paperDataset(corpus)})` : ''}${name === 'paper' ? '' : ' and scale'}`];
  if (name !== 'paper') return ['other weights and scale'];
  const set = request.set.filter((assignment) => !namesInput(assignment));
  return [...new Set([...(set.length ? [`set otherwise: ${set.join(', ')}`] : []), ...runs.flatMap((run) => ofRun(request, run))])];
}

/** Assignments that name what the paper had too, and that a profile cannot know: what they name is judged by itself. */
const namesInput = (assignment: string): boolean => ['features.provider', 'augmentation.remote.unlabelled'].includes(fieldOf(assignment));

function ofRun({ paper, corpus: id }: Asked, { config, data, features: told }: Run): string[] {
  const { corpus, model, augmentation, features } = config;
  const split = paperSplit(paper, id);
  const { checkpoint } = variant(config.variant);
  const reasons: [boolean, string][] = [
    [corpus.split !== split, `documents split ${corpus.split ?? 'as published'}, not ${split ?? 'as published'}`],
    [corpus.trainDocuments !== null || corpus.tuningDocuments !== null || corpus.scoredDocuments !== null, 'a part of the documents'],
    [!model.characters && (checkpoint === null || model.encoder.weights !== profile('paper').weights(checkpoint)), `other weights than ${checkpoint ?? 'published ones'}`],
    [features !== undefined && !ofPaper(told), `features by ${features?.provider}, no chat model of the paper's`],
    [features?.testEnhancement === false, 'no features of the scored texts'],
    [augmentation !== undefined && augmentation.remote.unlabelled.length === 0, 'no unlabelled text for remote supervision'],
  ];
  return [...departures(data.notes), ...reasons.flatMap(([holds, reason]) => (holds ? [reason] : []))];
}

/** Of a chat model that the paper asked, which was without retrieved entries, or of a traditional method, as in its Table 9. */
function ofPaper(features: Run['features']): boolean {
  if (!features) return false;
  return 'method' in features || (paperChatModelCalled(features.model.model) !== undefined && features.retrieval === null);
}
