import assert from 'node:assert/strict';
import { fileNotes, missingSplit } from '../../lib/corpus';
import { comparable, hindrances, measureRows, resolveConfig, type ReportedScore, type RunConfig, type RunRecord } from '../../lib/experiments';
import { notComparable } from '../../lib/experiments/comparison-tables';
import { registry, type Paper } from '../../lib/models';

interface Asked {
  corpus?: string;
  profile?: string;
  set?: string[];
  paper?: Paper;
}

const request = ({ corpus = 'cmeee-v2', profile = 'paper', set = [], paper = 'da-rw-egp' }: Asked = {}) => ({ corpus, profile, set, paper, seeds: null });

/** A run as profile paper makes it, as if the published weights were there, with F1 0.7. */
function run(variant: string, asked: Asked = {}, change: (config: RunConfig) => void = () => undefined, features?: object): RunRecord {
  const { checkpoint } = registry.find(({ name }) => name === variant)!;
  const { corpus, paper } = request(asked);
  const config = structuredClone(resolveConfig({ variant, corpus, profile: 'paper', seed: 0, paper, set: checkpoint === null ? [] : ['model.encoder.weights=null'] }));
  if (checkpoint !== null) config.model.encoder.weights = `data/models/${checkpoint}`;
  change(config);
  return { key: variant, config, data: { notes: [] }, features, scores: { scored: { micro: { precision: 0.7, recall: 0.7, f1: 0.7 } } } } as unknown as RunRecord;
}

const chat = (model: string, retrieval: object | null = null): object => ({ provider: 'some', model: { model, body: {} }, retrieval });
const why = (asked: Asked, ...runs: RunRecord[]): string[] => hindrances(request(asked), runs);

describe("a number of the paper's", () => {
  it('is one to be met with its corpus, split, weights and settings', () => {
    const split: Asked[] = [{ corpus: 'ccks2020' }, { corpus: 'ccks2020', paper: 'llm-medner' }, { paper: 'llm-medner' }, { corpus: 'ccks2017' }, {}];
    for (const asked of split) {
      for (const variant of ['bert', 'roberta-gp', 'rw-egp', 'cnn-crf', 'llm-medner-single-channel']) assert.deepEqual(why(asked, run(variant, asked)), [], variant);
      assert.ok(comparable(request(asked), [run('bert', asked), run('rw-egp', asked)]));
    }
  });

  it('is none on another corpus or at another profile, whatever else differs', () => {
    assert.deepEqual(why({ corpus: 'sample', profile: 'quick' }, run('bert')), ['another corpus (CMeEE-V2) and scale']);
    assert.deepEqual(why({ corpus: 'sample' }, run('bert')), ['another corpus (CMeEE-V2)']);
    assert.deepEqual(why({ corpus: 'notes/ward.jsonl' }, run('bert')), ['another corpus']);
    assert.deepEqual(why({ profile: 'small', set: ['training.epochs=4'] }, run('bert')), ['other weights and scale']);
  });

  it("is none on files that are not the publisher's, or where a part of the corpus is not there", () => {
    const noted = (...notes: string[]): RunRecord => ({ ...run('bert'), data: { notes } }) as unknown as RunRecord;
    assert.deepEqual(why({}, noted(...Object.values(fileNotes).map((said) => `train.json: ${said}`))), ["files that are not the publisher's"]);
    assert.deepEqual(why({}, noted(missingSplit('dev', 'corpora/cmeee-v2', ['dev.json']))), ['a part of the corpus is not there']);
    assert.deepEqual(why({}, noted('the official test set is unlabelled and left out: scores are on dev')), []);
  });

  it('is none with another setting or split, or on a part of the documents', () => {
    assert.deepEqual(why({ set: ['training.epochs=3'] }, run('bert')), ['set otherwise: training.epochs=3']);
    assert.deepEqual(why({ corpus: 'ccks2020' }, run('bert', { corpus: 'ccks2020' }, ({ corpus }) => (corpus.split = '8:1:1'))), ['documents split 8:1:1, not 70:15:15']);
    assert.deepEqual(why({ paper: 'llm-medner' }, run('bert')), ['documents split as published, not 8:1:1']);
    for (const part of ['trainDocuments', 'tuningDocuments', 'scoredDocuments'] as const) assert.deepEqual(why({}, run('bert', {}, ({ corpus }) => (corpus[part] = 5))), ['a part of the documents']);
  });

  it('is none with an encoder of other weights; vectors of characters want none', () => {
    for (const weights of ['data/models/medner-mini', undefined]) {
      assert.deepEqual(why({}, run('roberta-gp', {}, ({ model }) => (model.encoder.weights = weights))), ['other weights than chinese-roberta-wwm-ext']);
    }
    assert.deepEqual(why({ paper: 'llm-medner' }, run('bilstm-crf', { paper: 'llm-medner' })), []);
  });

  it("is none of features that no chat model of the paper's told as the paper asked it, or that scored texts lack", () => {
    const asked: Asked = { paper: 'llm-medner' };
    const of = (features?: object, change?: (config: RunConfig) => void): string[] => why(asked, run('llm-medner', asked, change, features));
    for (const model of ['THUDM/chatglm-6b', 'gpt-3.5-turbo-0613', 'Qwen/Qwen-14B-Chat']) assert.deepEqual(of(chat(model)), [], model);
    const other = ["features by offline-lexicon, no chat model of the paper's"];
    assert.deepEqual([of(chat('offline-lexicon')), of(), of(chat('gpt-4')), of(chat('chatglm-6b', { entries: 4 }))], [other, other, other, other]);
    // Paper A, Table 9: the second text by a traditional method.
    assert.deepEqual(of({ provider: 'traditional:masking', method: { method: 'masking' } }), []);
    assert.deepEqual(of(chat('chatglm-6b'), ({ features }) => (features!.testEnhancement = false)), ['no features of the scored texts']);
    assert.deepEqual(why({ ...asked, set: ['features.provider=qwen'] }, run('llm-medner', asked, undefined, chat('qwen-14b-chat'))), []);
  });

  it('is none of augmentation whose remote supervision had no text', () => {
    assert.deepEqual(why({}, run('da-rw-egp')), ['no unlabelled text for remote supervision']);
    const set = ['augmentation.remote.unlabelled=["text.txt"]'];
    assert.deepEqual(why({ set }, run('da-rw-egp', {}, ({ augmentation }) => (augmentation!.remote.unlabelled = ['text.txt']))), []);
    assert.deepEqual(why({ set: [...set, 'augmentation.remote.documents=0'] }, run('rw-egp')), [`set otherwise: augmentation.remote.documents=0`]);
  });

  it('counts row by row, and the footnote names the rows and why', () => {
    const rows = [{ variant: 'bert', label: 'BERT' }, { variant: 'roberta-gp', label: 'GP' }, { variant: 'da-rw-egp', label: 'DA' }];
    const printed = (): ReportedScore => ({ f1: 0.703 }) as ReportedScore;
    const measure = (asked: Asked) => measureRows(rows, rows.map(({ variant }) => [run(variant, asked), run(variant, asked)]), printed, request(asked));
    const ours = measure({});
    assert.deepEqual(ours.map(({ verdict }) => verdict).slice(0, 2), ['reproduced', 'reproduced']);
    assert.notEqual(ours[2].verdict, 'reproduced');
    assert.deepEqual(notComparable(request(), ours), [
      "The paper's numbers are not comparable with DA (no unlabelled text for remote supervision); the verdict says only whether a row differs from the first as the paper's does.",
    ]);
    assert.deepEqual(notComparable(request(), ours.slice(0, 2)), []);
    assert.match(notComparable(request({ corpus: 'sample', profile: 'quick' }), ours).join(), /^The paper's numbers are not comparable with profile quick here \(another corpus \(CMeEE-V2\) and scale\); the verdict says/);
    assert.deepEqual(notComparable(request({ corpus: 'notes' }), ours), ['The papers print nothing for this corpus.']);
  });
});
