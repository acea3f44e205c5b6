import { prepareBackend, type Precision } from '../../lib/backend';
import { Random, sha256 } from '../../lib/common';
import type { Document } from '../../lib/corpus';
import { buildModel, makeExamples, ModelConfig, type Model } from '../../lib/models';
import { Tokenizer, Vocabulary } from '../../lib/text';
import type { LabelledSet, TrainingConfig } from '../../lib/training';

/** Documents of filler with one or two mentions from a small lexicon, which a tiny model learns in a few epochs. */
function documents(count: number, name: string): Document[] {
  const random = Random.from(7, name);
  const filler = Array.from('患者出现并伴有给予治疗后');
  const lexicon = { dis: ['肺炎', '胃癌'], dru: ['青霉素'] };
  return Array.from({ length: count }, (_, i) => {
    const document: Document = { id: `${name}-${i}`, text: '', entities: [] };
    const pad = (): void => {
      for (let n = 1 + random.below(9); n > 0; n--) document.text += random.pick(filler);
    };
    pad();
    for (const type of random.shuffled(['dis', 'dru'] as const).slice(0, 1 + random.below(2))) {
      const mention = random.pick(lexicon[type]);
      document.entities.push({ start: document.text.length, end: document.text.length + mention.length, type });
      document.text += mention;
      pad();
    }
    return document;
  });
}

export interface Toy {
  train: LabelledSet;
  dev: LabelledSet;
  model(precision?: Precision): Model;
}

/** A tiny tagger with dropout and its data; the same in every process. */
export async function toy(): Promise<Toy> {
  await prepareBackend({ quiet: true });
  const sets = { train: documents(40, 'train'), dev: documents(20, 'dev') };
  const vocabulary = Vocabulary.build(sets.train.map(({ text }) => text));
  const types = ['dis', 'dru'];
  const resources = { tokenizer: new Tokenizer(vocabulary), maxLength: 32, overlap: 8, types };
  const labelled = (set: Document[]): LabelledSet => ({ documents: set, examples: makeExamples(set, resources).examples });
  const encoder = { layers: 1, hidden: 16, heads: 2, feedForward: 32, maxPositions: 32, dropout: 0.1, attentionDropout: 0.1 };
  const config = ModelConfig.parse({ encoder, head: { kind: 'token-classifier' } });
  return {
    train: labelled(sets.train),
    dev: labelled(sets.dev),
    model: (precision) => buildModel(config, { types, vocabularySize: vocabulary.size, seed: 1, precision }),
  };
}

export const toyTraining: TrainingConfig = {
  epochs: 4,
  batchSize: 8,
  tokenBudget: null,
  learningRate: { encoder: 0.01, head: 0.01 },
  warmup: 0.1,
  weightDecay: 0.01,
  clipNorm: 1,
  patience: null,
};

/** SHA-256 over a model's weights, names and all. */
export async function weightsHash(model: Model): Promise<string> {
  const parts = [...(await model.parameters.save())].map(([name, { values }]) => name + sha256(new Uint8Array(values.buffer)));
  return sha256(parts.join('\n'));
}
