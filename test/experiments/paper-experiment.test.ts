import assert from 'node:assert/strict';
import * as path from 'node:path';
import { loadCorpus, writeJsonl } from '../../lib/corpus';
import { comparisonExperiment, experiment, experiments, loadRunData, paperSplit, resolveConfig, type ExperimentRequest, type RunConfig } from '../../lib/experiments';
import { registry, type Paper } from '../../lib/models';
import { removeScratch, scratch } from '../corpus/scratch';
import { tiny } from './corpus';

const papers: Paper[] = ['da-rw-egp', 'llm-medner'];

describe("a paper's experiments", () => {
  it('declare their paper', () => {
    const declared = (start: string): (Paper | undefined)[] => [...new Set(experiments.filter(({ name }) => name.startsWith(start)).map(({ paper }) => paper))];
    assert.deepEqual([declared('a-'), declared('b-'), declared('p'), declared('l')], [['llm-medner'], ['da-rw-egp'], [undefined], [undefined]]);
  });

  it('split corpora as the paper says, and the embedded one and those by path never otherwise than they are', () => {
    // Paper A, section 4.1; paper B, section 4.1, which says nothing of the corpora of its section 5.1.
    const of = (paper: Paper | undefined) => ['cmeee-v2', 'ccks2017', 'ccks2019', 'ccks2020', 'sample', 'notes/ccks2020', 'constructor'].map((corpus) => paperSplit(paper, corpus));
    assert.deepEqual(of('llm-medner'), ['8:1:1', null, '8:1:1', '8:1:1', null, null, null]);
    assert.deepEqual(of('da-rw-egp'), [null, null, null, '70:15:15', null, null, null]);
    assert.deepEqual(of(undefined), Array(7).fill(null));
  });

  it('train every row at profile paper with that paper\'s settings', () => {
    const settings = (variant: string, paper?: Paper): unknown[] => {
      const weights = registry.find(({ name }) => name === variant)!.checkpoint === null ? [] : ['model.encoder.weights=null'];
      const { tokenization, training } = resolveConfig({ variant, corpus: 'cmeee-v2', profile: 'paper', seed: 0, set: weights, paper });
      return [tokenization.maxLength, training.batchSize, training.weightDecay, training.learningRate.encoder, training.epochs];
    };
    for (const { name } of registry) {
      // Paper A, section 4.3; paper B, Table 2.
      assert.deepEqual(settings(name, 'llm-medner'), [512, 16, 0.01, 2e-5, 10], name);
      assert.deepEqual(settings(name, 'da-rw-egp'), [256, 8, 0, 2e-5, 10], name);
    }
    assert.deepEqual([settings('bert')[0], settings('llm-medner')[0]], [256, 512]);
  });

  it('change nothing in the profiles of the embedded corpus and of small encoders but the split', () => {
    for (const [corpus, profile] of [['sample', 'quick'], ['sample', 'small'], ['ccks2020', 'small']]) {
      for (const { name: variant } of registry) {
        const plain = resolveConfig({ variant, corpus, profile, seed: 0 });
        for (const paper of papers) {
          const config = resolveConfig({ variant, corpus, profile, seed: 0, paper });
          assert.deepEqual(config, { ...plain, corpus: { ...plain.corpus, split: paperSplit(paper, corpus) } });
        }
      }
    }
  });
});

describe('the documents of a paper\'s experiment', function () {
  this.timeout(120_000);
  const found = process.env.MEDNER_DATA;
  let runs: string;

  before(async () => {
    // Forty documents under a real corpus's name, with a type of its own.
    const { splits } = await loadCorpus('sample');
    const documents = splits.train!.filter(({ text }) => text.length < 40).slice(0, 40);
    const folder = scratch({
      'ccks2020/train.jsonl': writeJsonl(documents.map((document) => ({ ...document, entities: document.entities.map((entity) => ({ ...entity, type: '药物' })) }))),
    });
    process.env.MEDNER_DATA = folder;
    runs = path.join(folder, 'runs');
  });
  after(() => {
    if (found === undefined) delete process.env.MEDNER_DATA;
    else process.env.MEDNER_DATA = found;
    removeScratch();
  });

  const request = (...set: string[]): ExperimentRequest => ({ corpus: 'ccks2020', profile: 'quick', seeds: [0], set: [...tiny, 'training.epochs=1', ...set], runs });
  const made = async (paper: Paper, ...set: string[]): Promise<{ config: RunConfig; command: string; documents: number[] }> => {
    const rows = [{ variant: 'bert', label: 'BERT' }];
    const { records: [{ config, command, data: { parts } }] } = await comparisonExperiment({ name: 'one', title: 'One', description: 'One.', paper, rows }).run(request(...set));
    return { config, command, documents: [parts.train, parts.tuning, parts.scored].map(({ documents }) => documents) };
  };

  it('are split as it says, which the run\'s config and command tell, unless another split is set', async () => {
    const [a, b] = [await made('llm-medner'), await made('da-rw-egp')];
    assert.deepEqual([a.documents, b.documents], [[32, 4, 4], [28, 6, 6]]);
    assert.deepEqual([a.config.corpus.split, b.config.corpus.split], ['8:1:1', '70:15:15']);
    assert.match(b.command, / --set corpus\.split=70:15:15( |$)/);
    const other = await made('da-rw-egp', 'corpus.split=8:1:1');
    assert.deepEqual([other.documents, other.config.corpus.split], [[32, 4, 4], '8:1:1']);
  });

  it('are the same where nothing is trained: those that a chat model is asked about, and those that a band can reach', async () => {
    const { data } = await experiment('a-llm-direct').run({ ...request(), set: [] });
    assert.equal((data as { scored: { documents: number } }).scored.documents, 4);
    const { records: [{ config }], data: sweep } = await experiment('b-k-mask').run(request('corpus.trainDocuments=8'));
    const entities = (await loadRunData(config.corpus)).parts.scored.flatMap((document) => document.entities);
    assert.equal(config.corpus.split, '70:15:15');
    assert.equal((sweep as { rows: { ceiling: number }[] }).rows[0].ceiling, entities.filter(({ start, end }) => end - start <= 2).length / entities.length);
  });
});
