import { checkModel } from '../check-model';
import type { ModelConfig } from '../config';
import { channelBase } from './channel-parts';
import { headParts } from './head-parts';
import { streamBase } from './stream-parts';
import type { Architecture, Flow, ModelSizes, Part, PartId } from './types';

/** The parts of a model as its configuration says, what they hand to each other, and how many trainable numbers each has: nothing is built for it. */
export function architecture(config: ModelConfig, sizes: ModelSizes): Architecture {
  checkModel(config);
  if ((config.words || config.lexicon) && !sizes.words) throw new Error('the model has word vectors or a lexicon, and their width was not given');
  const { channels } = config;
  const base = channels ? channelBase({ ...config, channels }, sizes) : streamBase(config, sizes);
  const { parts, flows, spans } = headParts(config, sizes, base);
  return { parts: [...base.parts, ...parts], flows: [...base.flows, ...flows], ...(spans && { spans }) };
}

export interface Differences {
  /** Parts that the full model has and this one has not, and the flows that end or begin there. */
  removed: Part[];
  removedFlows: Flow[];
  /** Parts that both have, with another title or other facts. */
  changed: PartId[];
  /** Parts that the full model has not. */
  added: PartId[];
}

/** How a model differs from the one that it is a row of: what an ablation takes away. */
export function differences(own: Architecture, full: Architecture): Differences {
  const ids = new Set(own.parts.map(({ id }) => id));
  const before = new Map(full.parts.map((part) => [part.id, part]));
  const removed = full.parts.filter(({ id }) => !ids.has(id));
  const gone = new Set(removed.map(({ id }) => id));
  const said = ({ title, facts }: Part): string => [title, ...facts].join('\n');
  return {
    removed,
    removedFlows: full.flows.filter(({ from, to }) => gone.has(from) || gone.has(to)),
    changed: own.parts.filter((part) => before.has(part.id) && said(before.get(part.id)!) !== said(part)).map(({ id }) => id),
    added: own.parts.filter(({ id }) => !before.has(id)).map(({ id }) => id),
  };
}
