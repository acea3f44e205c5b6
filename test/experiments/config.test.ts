import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { didYouMean, editDistance, inProject, InputError } from '../../lib/common';
import { registry } from '../../lib/models';
import { assignments, checkConfig, profileNames, resolveConfig, trainCommand, withOverrides } from '../../lib/experiments';

const request = { variant: 'rw-egp', corpus: 'sample', profile: 'quick', seed: 3 };

/** What `action` refuses, in one string. */
function refusal(action: () => unknown): string {
  let message = '';
  assert.throws(action, (error) => error instanceof InputError && ((message = error.message), true));
  return message;
}

describe('a run\'s configuration', () => {
  it('resolves for every variant, in the profiles that need no weights, and reads back from JSON equal', () => {
    for (const profile of profileNames.filter((name) => name !== 'paper')) {
      for (const { name, words, lexicon } of registry) {
        const config = resolveConfig({ ...request, variant: name, profile });
        assert.deepEqual(checkConfig(JSON.parse(JSON.stringify(config))), JSON.parse(JSON.stringify(config)));
        assert.equal(config.wordVectors === null, words === null && lexicon === undefined);
      }
    }
  });

  it('has its profile\'s learning rates, or those of a head that does not train at them, which an assignment overrides', () => {
    const rates = (variant: string, profile: string, ...set: string[]) => resolveConfig({ ...request, variant, profile, set }).training.learningRate;
    assert.deepEqual(rates('bert-crf', 'quick'), { encoder: 1e-3, head: 2e-3 });
    assert.deepEqual(rates('roberta-bilstm-crf', 'quick'), { encoder: 5e-4, head: 2e-3 });
    assert.deepEqual(rates('roberta-bilstm-crf', 'small'), rates('rw-egp', 'small'));
    assert.equal(rates('roberta-bilstm-crf', 'quick', 'training.learningRate.encoder=1e-4').encoder, 1e-4);
  });

  it('of the paper profile asks for the published weights where they are not there', () => {
    const message = refusal(() => resolveConfig({ ...request, profile: 'paper', set: ['model.encoder.weights=/nowhere/roberta'] }));
    assert.match(message, /nowhere\/roberta.*weights import/s);
  });

  it('takes typed assignments', () => {
    const set = ['training.epochs=3', 'training.learningRate.head=0.002', 'corpus.split=8:1:1', 'corpus.trainDocuments=null', 'model.words.fusion=gated', 'wordVectors.unlabelled=["a.txt"]'];
    const config = resolveConfig({ ...request, set });
    assert.equal(config.training.epochs, 3);
    assert.equal(config.training.learningRate.head, 0.002);
    assert.equal(config.corpus.split, '8:1:1');
    assert.equal(config.model.words?.fusion, 'gated');
    assert.deepEqual(config.wordVectors?.unlabelled, ['a.txt']);
  });

  it('is cased where the vocabulary of its weights has capital letters, whatever do_lower_case says', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'medner-cased-'));
    try {
      for (const name of ['config.json', 'model.safetensors']) copyFileSync(inProject('data', 'models', 'medner-mini', name), path.join(folder, name));
      const of = (vocabulary: string): boolean => {
        writeFileSync(path.join(folder, 'vocab.txt'), vocabulary);
        return resolveConfig({ ...request, set: [`model.encoder.weights=${folder}`] }).tokenization.lowercase;
      };
      assert.deepEqual([of('[PAD]\n[UNK]\na\nAB\n'), of('[PAD]\nA\nB\nZ\n'), of('[PAD]\r\nA\r\nZ\r\n')], [true, false, false]);
      assert.equal(resolveConfig({ ...request, set: [`model.encoder.weights=${folder}`, 'tokenization.lowercase=true'] }).tokenization.lowercase, true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of vectors of characters refuses what slows the layers of an encoder', () => {
    assert.match(refusal(() => resolveConfig({ ...request, variant: 'bilstm-crf', set: ['training.layerDecay=0.9'] })), /training\.layerDecay/);
  });

  it('refuses to be another than it was asked for by name', () => {
    const set = (...list: string[]) => refusal(() => resolveConfig({ ...request, set: list }));
    assert.match(set('seed=7'), /--set seed=7: a run's seed is no setting; use --seed, for an experiment --seeds/);
    assert.match(set('corpus.id=cmeee-v2'), /use --data/);
    assert.match(set('corpus={"id":"cmeee-v2"}'), /use --data/);
    assert.match(set('variant=bert'), /name the model/);
    assert.match(set('profile=paper'), /use --profile/);
    assert.equal(resolveConfig({ ...request, set: ['seed=3', 'corpus.splitSeed=2'] }).seed, 3);
  });

  it('refuses unknown fields with the known ones and the likeliest', () => {
    const set = (...list: string[]) => refusal(() => resolveConfig({ ...request, set: list }));
    assert.match(set('training.epoch=3'), /no field training\.epoch \(did you mean epochs\?\); training has epochs, batchSize/);
    assert.match(set('epochs=3'), /did you mean wordVectors\.epochs or training\.epochs\?/);
    assert.match(set('training.learningRate=3'), /training\.learningRate is a group of fields; set one of training\.learningRate\.encoder/);
    assert.match(set('training.epochs.x=3'), /no field training\.epochs\.x|no field training\.epochs/);
    assert.match(set('training'), /expected FIELD=VALUE/);
  });

  it('refuses values of the wrong type or that do not fit together, naming the field', () => {
    const set = (...list: string[]) => refusal(() => resolveConfig({ ...request, set: list }));
    assert.match(set('training.epochs=many'), /training\.epochs/);
    assert.match(set('training.epochs=0'), /training\.epochs/);
    assert.match(set('training.averaging=1'), /training\.averaging/);
    assert.match(set('training.adversarial=0'), /training\.adversarial/);
    assert.match(set('precision=float16'), /precision/);
    assert.match(set('tokenization.maxLength=4096'), /maxLength is 4096, but the encoder has 512 positions/);
    assert.match(set('model.encoder.heads=5'), /multiple of model\.encoder\.heads/);
  });

  it('names profiles and variants in its refusals', () => {
    assert.match(refusal(() => resolveConfig({ ...request, profile: 'quik' })), /did you mean quick\?/);
    assert.match(refusal(() => resolveConfig({ ...request, variant: 'rw' })), /rw-egp/);
  });

  it('prints the command that gives it again', () => {
    const config = resolveConfig({ ...request, set: ['training.epochs=7'] });
    assert.equal(trainCommand(config), 'npx medner train rw-egp --data sample --profile quick --seed 3 --set training.epochs=7');
    const optional = ['training.adversarial=1', 'training.rDrop=4', 'training.averaging=0.99', 'training.layerDecay=0.9', 'model.lexicon={"trainable":true}'];
    const changed = resolveConfig({ ...request, set: ['training.learningRate.encoder=0.5', 'model.head.k=20', ...optional] });
    assert.deepEqual(changed.model.lexicon, { trainable: true, files: [] });
    assert.equal(changed.training.rDrop, 4);
    const base = resolveConfig(request);
    assert.deepEqual(withOverrides(base, assignments(changed, base)), changed);
  });
});

describe('spelling hints', () => {
  it('count edits', () => {
    assert.deepEqual([['', 'abc'], ['kitten', 'sitting'], ['same', 'same'], ['ab', 'ba']].map(([a, b]) => editDistance(a, b)), [3, 3, 0, 2]);
  });

  it('are given only where a name is close', () => {
    assert.equal(didYouMean('b-comparisn', ['b-comparison', 'length-statistics']), ' (did you mean b-comparison?)');
    assert.equal(didYouMean('zebra', ['b-comparison', 'length-statistics']), '');
  });
});
