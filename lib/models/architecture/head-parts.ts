import { type ModelConfig, tagsTokens } from '../config';
import { chain, dense, recurrent } from './sizes';
import { type Base, vectors } from './stream-parts';
import type { Flow, ModelSizes, Part } from './types';

/** What scores tags or spans on top of a base, and the entities that come out. */
export function headParts(config: ModelConfig, { types, tokens }: ModelSizes, base: Base): { parts: Part[]; flows: Flow[]; spans?: { tokens: number; k: number | null } } {
  const { head } = config;
  const entities = (facts: string[]): Part => ({ id: 'entities', title: 'entities', facts, scopes: [], parameters: 0 });
  if (!tagsTokens(head)) {
    const k = head.kind === 'banded-pointer' ? head.k : null;
    const { title, parameters } = {
      'global-pointer': { title: 'global pointer (Eq. 4–9)', parameters: dense(base.width, types * 2 * head.size) },
      'banded-pointer': { title: 'efficient global pointer (Eq. 4–9)', parameters: dense(base.width, types * 2 * head.size) },
      'egp-shared': { title: 'shared pointer', parameters: dense(base.width, 2 * head.size) + dense(2 * head.size, 2 * types) },
    }[head.kind];
    const facts = [
      `${types} types, q and k ${head.size} wide${head.kind === 'egp-shared' ? ', shared' : ''}`,
      [head.rope ? 'rotary positions' : 'no positions', ...(head.scale ? [`scores / √${head.size}`] : [])].join(', '),
      k === null ? 'every span' : `spans of up to k = ${k} tokens`,
    ];
    return {
      parts: [{ id: 'pointer', title, facts, scopes: ['pointer.'], parameters }, entities(['spans with s > 0, nested ones too'])],
      flows: [...into(base, 'pointer', base.width), { from: 'pointer', to: 'entities', carries: `[${types}, n, ${k === null ? 'n' : Math.min(k, tokens)}]` }],
      spans: { tokens, k },
    };
  }

  const labels = 2 * types + 1;
  const crf = head.kind === 'crf' || head.kind === 'bilstm-crf' || (head.kind === 'co-predictor' && head.crf);
  const scored = head.kind === 'co-predictor' ? coPredictorParts(config, head, labels, base) : tagParts(config, head, labels, base);
  const last = crf ? 'crf' : 'entities';
  const scores = `[n, ${labels}]`;
  return {
    parts: [
      ...scored.parts,
      ...(crf ? [{ id: 'crf', title: 'conditional random field', facts: ['the best legal sequence of tags'], scopes: ['tagger.crf.'], parameters: chain(labels) } as const] : []),
      entities(crf ? ['outermost ones only'] : ['the best tag of each token', 'outermost ones only']),
    ],
    flows: [...scored.flows, ...scored.scorers.map((from): Flow => ({ from, to: last, carries: scores })), ...(crf ? [{ from: 'crf', to: 'entities', carries: 'n tags' } as const] : [])],
  };
}

interface Scored {
  parts: Part[];
  flows: Flow[];
  /** The parts that score tags; where there are two, their scores are added. */
  scorers: Part['id'][];
}

type TagHead = Extract<ModelConfig['head'], { kind: 'token-classifier' | 'crf' | 'bilstm' | 'bilstm-crf' }>;
type CoPredictor = Extract<ModelConfig['head'], { kind: 'co-predictor' }>;

function tagParts({ encoder, characters }: ModelConfig, head: TagHead, labels: number, base: Base): Scored {
  const long = head.kind === 'bilstm' || head.kind === 'bilstm-crf';
  const hidden = (long ? head.hidden : null) ?? Math.ceil((characters?.dimension ?? encoder.hidden) / 2);
  const inputs = long ? 2 * hidden : base.width;
  const scope = { 'token-classifier': 'classifier.', bilstm: 'tagger.classifier.', crf: 'tagger.emission.', 'bilstm-crf': 'tagger.emission.' }[head.kind];
  const tags: Part = { id: 'tags', title: 'scores of BIO tags', facts: [`${labels} tags, a dense layer`], scopes: [scope], parameters: dense(inputs, labels) };
  if (!long) return { parts: [tags], flows: into(base, 'tags', base.width), scorers: ['tags'] };
  const lstm: Part = { id: 'recurrent', title: 'BiLSTM', facts: [`${hidden} in each direction`], scopes: ['tagger.lstm.'], parameters: recurrent(4, base.width, hidden) };
  return { parts: [lstm, tags], flows: [...into(base, 'recurrent', base.width), { from: 'recurrent', to: 'tags', carries: vectors(inputs) }], scorers: ['tags'] };
}

function coPredictorParts({ encoder: { hidden, maxPositions } }: ModelConfig, { biaffine }: CoPredictor, labels: number, base: Base): Scored {
  const scored: Scored = { parts: [], flows: [], scorers: [] };
  const add = (part: Part, from: Part['id'], carries: string): void => {
    scored.parts.push(part);
    scored.flows.push({ from, to: part.id, carries });
    scored.scorers.push(part.id);
  };
  if (biaffine !== null) {
    const parameters = 2 * hidden * biaffine + biaffine * biaffine + maxPositions * labels;
    add({ id: 'biaffine', title: 'relation scores (Eq. 18–19)', facts: [`S′ = x W yᵀ W′, x and y ${biaffine} wide`, `${labels} tags, ${maxPositions} places`], scopes: ['tagger.biaffine.'], parameters }, 'gru-fused', `h ${vectors(hidden)}`);
  }
  if (base.width > hidden) {
    const width = base.width - hidden;
    add({ id: 'convolved', title: 'scores of D (Eq. 20)', facts: [`D W_d, ${labels} tags`], scopes: ['tagger.convolved.'], parameters: width * labels }, 'convolution', `D ${vectors(width)}`);
  }
  return scored;
}

/** A base's vectors go on; of one with channels, h and D are two parts'. */
function into(base: Base, to: Part['id'], width: number): Flow[] {
  const fused = base.parts.some(({ id }) => id === 'gru-fused');
  if (!fused || base.last === 'gru-fused') return [{ from: base.last, to, carries: vectors(width) }];
  return [{ from: 'gru-fused', to, carries: 'h' }, { from: base.last, to, carries: `[h; D] ${vectors(width)}` }];
}
