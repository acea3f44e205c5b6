import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { Command } from 'commander';
import { prepareBackend } from '../../lib/backend';
import { register } from '../../lib/cli/pretrain';
import { inProject, InputError, Interrupted } from '../../lib/common';
import { buildModel, ModelConfig, publishedEncoder } from '../../lib/models';
import { checkPretrainConfig, guessHidden, notOverEncoder, pretrain, pretrainDefaults, type PretrainConfig, publishPretrained, readPublished, snapshotFile } from '../../lib/pretraining';
import { Tokenizer } from '../../lib/text';

/** A tiny encoder on the embedded corpus's unlabelled text. */
function tiny(steps: number): PretrainConfig {
  const { text, vocabulary, encoder, training, ...rest } = pretrainDefaults;
  return checkPretrainConfig({
    ...rest,
    text: { ...text, sources: [inProject('data', 'sample', 'unlabelled.txt')], guarded: ['sample'], length: 64, heldOut: 0.05 },
    vocabulary: { ...vocabulary, full: inProject('data', 'vocabulary', 'sample.txt'), size: 800, minCount: 2 },
    encoder: { ...encoder, layers: 1, hidden: 32, heads: 2, feedForward: 64, maxPositions: 64 },
    training: { ...training, steps, batchSize: 16, evaluateEvery: Math.ceil(steps / 3), heldOutSequences: 40, learningRate: 5e-3 },
  });
}

describe('pretrain', function () {
  this.timeout(300_000);
  let folder: string;
  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-pretrain-'));
    await prepareBackend({ quiet: true });
  });
  after(() => rmSync(folder, { recursive: true }));
  const places = (name: string) => ({ runs: path.join(folder, name), texts: path.join(folder, 'texts') });

  it('without the common vocabulary says which ships, before it reads any text', async () => {
    const config = tiny(1);
    config.vocabulary.full = 'data/models/no-such-checkpoint/vocab.txt';
    await assert.rejects(pretrain(config, places('none')), (error: unknown) => error instanceof InputError && /no-such-checkpoint\/vocab\.txt: there is no such vocabulary.*data\/models\/medner-mini\/vocab\.txt, which ships/.test(error.message));
  });

  it('interrupted and continued, ends with the weights of an uninterrupted one; then is read back; nothing leaks', async () => {
    const config = tiny(12);
    const whole = await pretrain(config, places('whole'));
    assert.equal(whole.cached, false);
    const before = tf.memory().numTensors;

    const controller = new AbortController();
    const stopped = pretrain(config, { ...places('parts'), signal: controller.signal, hooks: { onStep: ({ step }) => { if (step === 5) controller.abort(); } } });
    await assert.rejects(stopped, Interrupted);
    const continued = await pretrain(config, places('parts'));
    assert.equal(continued.record.training.resumed, 1);
    assert.equal(continued.record.weights, whole.record.weights);
    assert.deepEqual(continued.record.training.losses, whole.record.training.losses);
    const points = (curve: typeof whole.record.training.curve) => curve.map(({ seconds: _seconds, ...point }) => point);
    assert.deepEqual(points(continued.record.training.curve), points(whole.record.training.curve));
    assert.equal(tf.memory().numTensors, before);
    assert.deepEqual(readdirSync(continued.folder).filter((name) => /checkpoint|state|lock/.test(name)), [], 'no checkpoint is left');

    const again = await pretrain(config, places('parts'));
    assert.equal(again.cached, true);
    assert.deepEqual(again.record, continued.record);
  });

  it('learns: held-out loss falls and accuracy rises', async () => {
    const { record, folder: run } = await pretrain(tiny(300), places('learn'));
    const { curve } = record.training;
    assert.ok(curve.at(-1)!.heldOutLoss < curve[0].heldOutLoss - 0.1, JSON.stringify(curve.map(({ heldOutLoss }) => heldOutLoss)));
    assert.ok(curve.at(-1)!.accuracy > curve[0].accuracy, JSON.stringify(curve.map(({ accuracy }) => accuracy)));
    for (const share of record.config.training.snapshots) assert.ok(existsSync(snapshotFile(run, share)));

    const published = path.join(folder, 'published');
    await publishPretrained(run, record, published);
    // Again, as after a stop while it was written; but nothing else over it, and none over a snapshot.
    notOverEncoder(published, record.config, undefined, places('learn').runs);
    await publishPretrained(run, record, published);
    const refused = /published has an encoder already \(model\.safetensors, pretraining\.json\), made by `npx medner pretrain`: name another folder with --name, or write over it with --force/;
    const no = (message: RegExp) => (error: unknown): boolean => error instanceof InputError && message.test(error.message);
    assert.throws(() => notOverEncoder(published, tiny(12), undefined, places('learn').runs), no(refused));
    assert.throws(() => notOverEncoder(published, record.config, undefined, places('nowhere').runs), no(refused), 'what would be trained anew may differ');
    const other = { ...record, weights: 'others' };
    const weights = readFileSync(path.join(published, 'model.safetensors'));
    await assert.rejects(publishPretrained(run, other, published), no(/The pre-training is kept: the same command reads it back/));
    assert.deepEqual(readFileSync(path.join(published, 'model.safetensors')), weights);
    assert.deepEqual(JSON.parse(readFileSync(path.join(published, 'pretraining.json'), 'utf8')), JSON.parse(JSON.stringify(record)));
    const beside = path.join(folder, 'beside');
    mkdirSync(`${beside}-50`);
    writeFileSync(path.join(`${beside}-50`, 'model.safetensors'), 'weights');
    await assert.rejects(publishPretrained(run, record, beside), no(/beside-50 has an encoder already \(model\.safetensors\)/));
    assert.ok(!existsSync(beside));
    await publishPretrained(run, record, beside, { force: true });
    const { model, vocabulary } = readPublished(published);
    const [[best]] = await guessHidden(model, new Tokenizer(vocabulary), '患者出现发[MASK]、咳嗽。', 3);
    assert.ok(best.probability > 0.05 && best.probability <= 1);
    model.dispose();
    const encoder = publishedEncoder(published);
    assert.equal(encoder.positions, 'rope');
    const tagger = buildModel(ModelConfig.parse({ encoder, head: { kind: 'global-pointer' } }), { types: ['dis'], vocabularySize: vocabulary.size, seed: 0 });
    assert.ok(tagger.parameters.has('bert.encoder.layer.0.attention.self.query.weight'));
    tagger.dispose();
  });

  it('refuses the name of the encoder that ships before it trains', async () => {
    const program = new Command('medner').exitOverride();
    register(program);
    const words = ['pretrain', inProject('data', 'sample', 'unlabelled.txt'), '--vocabulary', inProject('data', 'vocabulary', 'sample.txt'), '--name', 'medner-mini'];
    await assert.rejects(program.parseAsync(['node', 'medner', ...words]), (error: unknown) =>
      error instanceof InputError && /^data\/models\/medner-mini has an encoder already .* or write over it with --force\.$/.test(error.message));
  });

  it('refuses a configuration without text, and sequences longer than the positions', () => {
    assert.throws(() => checkPretrainConfig({ ...tiny(1), text: { ...tiny(1).text, sources: [] } }), /needs text/);
    assert.throws(() => checkPretrainConfig({ ...tiny(1), text: { ...tiny(1).text, length: 128 } }), /64 positions/);
  });
});
