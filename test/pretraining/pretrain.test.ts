import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { Command } from 'commander';
import { prepareBackend } from '../../lib/backend';
import { register } from '../../lib/cli/pretrain';
import { inProject, InputError, Interrupted, sha256File } from '../../lib/common';
import { buildModel, ModelConfig, publishedEncoder, readSafetensors, writeSafetensors } from '../../lib/models';
import {
  checkPretrainConfig, defaultsFrom, guessHidden, notOverEncoder, pretrain, pretrainCommand, pretrainDefaults, pretrainedWeights, type PretrainConfig, publishPretrained, readPublished, snapshotFile,
} from '../../lib/pretraining';
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

  describe('from an encoder', () => {
    let encoder: string;
    let source: Awaited<ReturnType<typeof pretrain>>;
    /** The same text under other masks and another order, so that there is something to learn. */
    const further = (steps: number): PretrainConfig => {
      const { text, training } = tiny(steps);
      const base = defaultsFrom(encoder);
      return checkPretrainConfig({ ...base, seed: 1, text, training: { ...training, snapshots: base.training.snapshots } });
    };
    before(async () => {
      source = await pretrain(tiny(300), places('learn'));
      encoder = path.join(folder, 'goes on');
      await publishPretrained(source.folder, source.record, encoder);
    });

    it('goes on with its weights, head and vocabulary, and guesses better than before; interrupted and continued, the same', async () => {
      const config = further(60);
      const { record, folder: run } = await pretrain(config, places('further'));
      assert.deepEqual(record.start, { weights: sha256File(path.join(encoder, 'model.safetensors')), head: true });
      assert.equal(record.vocabulary.sha256, source.record.vocabulary.sha256, 'though this seed holds out other passages');
      const { before: told, curve, best } = record.training;
      assert.ok(best!.loss < told!.heldOutLoss && best!.epoch > 0, JSON.stringify(record.training));
      assert.ok(curve.at(-1)!.accuracy > told!.accuracy);

      // Before the first update it is what the folder holds: half precision apart nothing is lost.
      const { model, vocabulary } = readPublished(encoder);
      const published = await model.parameters.save();
      model.dispose();
      const [first] = record.training.losses;
      assert.ok(Math.abs(first.loss - told!.heldOutLoss) < 1, `${first.loss} beside ${told!.heldOutLoss}, where random weights have ${Math.log(vocabulary.size)}`);
      const after = pretrainedWeights(run);
      for (const [name, { values }] of published) assert.ok(after.get(name)!.values.every((value, i) => Math.abs(value - values[i]) < 0.3), name);

      const controller = new AbortController();
      await assert.rejects(pretrain(config, { ...places('further parts'), signal: controller.signal, hooks: { onStep: ({ step }) => { if (step === 25) controller.abort(); } } }), Interrupted);
      const continued = await pretrain(config, places('further parts'));
      assert.equal(continued.record.weights, record.weights);
      assert.deepEqual(continued.record.training.before, told);

      const out = path.join(folder, 'further published');
      await publishPretrained(run, record, out);
      const card = readFileSync(path.join(out, 'README.md'), 'utf8');
      assert.match(card, /It is `.*goes on`, trained further/);
      assert.match(card, new RegExp(`\\| 0 \\| 0\\.0 \\| ${told!.heldOutLoss.toFixed(3)} \\|`));
      assert.equal(readFileSync(path.join(out, 'vocab.txt'), 'utf8'), readFileSync(path.join(encoder, 'vocab.txt'), 'utf8'));
    });

    it('keeps the weights as they were where no update guesses better', async () => {
      const config = further(3);
      const { record, folder: run } = await pretrain({ ...config, training: { ...config.training, learningRate: 1, warmup: 0, evaluateEvery: 1 } }, places('worse'));
      assert.equal(record.training.best!.epoch, 0);
      const kept = pretrainedWeights(run);
      const { model } = readPublished(encoder);
      for (const [name, { values }] of await model.parameters.save()) assert.deepEqual(kept.get(name)!.values, values, name);
      model.dispose();
    });

    it('takes weights without the head, and says so; refuses those that lack a layer, other sizes and another vocabulary', async () => {
      const without = path.join(folder, 'without');
      const keep = async (kept: (name: string) => boolean): Promise<void> => {
        cpSync(encoder, without, { recursive: true });
        const tensors = readSafetensors(path.join(encoder, 'model.safetensors'));
        writeSafetensors(path.join(without, 'model.safetensors'), new Map([...tensors].filter(([name]) => kept(name))));
      };
      await keep((name) => !name.startsWith('cls.'));
      const config = { ...further(1), from: without };
      config.vocabulary = defaultsFrom(without).vocabulary;
      assert.equal((await pretrain(config, places('without'))).record.start!.head, false);
      await keep((name) => !name.includes('layer.0.output'));
      const no = (message: RegExp) => (error: unknown): boolean => error instanceof InputError && message.test(error.message);
      const tensors = tf.memory().numTensors;
      await assert.rejects(pretrain(config, places('without')), no(/without: 4 tensors of the encoder are missing in model\.safetensors \(bert\.encoder\.layer\.0\.output/));
      assert.equal(tf.memory().numTensors, tensors);
      assert.throws(() => checkPretrainConfig({ ...config, encoder: { ...config.encoder, layers: 6 } }), no(/encoder\.layers is 6, but that of .*without is 1: .* keeps its sizes/));
      assert.throws(() => checkPretrainConfig({ ...config, vocabulary: { ...config.vocabulary, size: 100 } }), no(/without keeps its vocabulary/));
      assert.throws(() => defaultsFrom(path.join(folder, 'nowhere')), no(/nowhere.*config\.json cannot be read/));
    });

    it('its command makes it again', () => {
      const config = further(60);
      assert.equal(pretrainCommand(config).split(' ').filter((word) => /^(--from|--vocabulary|encoder\.|vocabulary\.)/.test(word)).join(), '--from');
      assert.ok(pretrainCommand({ ...config, encoder: { ...config.encoder, dropout: 0.1 } }).includes('--set encoder.dropout=0.1'));
    });
  });

  it('refuses the name of the encoder that ships before it trains', async () => {
    const program = new Command('medner').exitOverride();
    register(program);
    const words = ['pretrain', inProject('data', 'sample', 'unlabelled.txt'), '--vocabulary', inProject('data', 'vocabulary', 'sample.txt'), '--name', 'medner-mini'];
    await assert.rejects(program.parseAsync(['node', 'medner', ...words]), (error: unknown) =>
      error instanceof InputError && /^data\/models\/medner-mini has an encoder already .* or write over it with --force\.$/.test(error.message));
    const itself = ['pretrain', inProject('data', 'sample', 'unlabelled.txt'), '--from', 'data/models/medner-mini', '--name', 'medner-mini', '--force'];
    await assert.rejects(program.parseAsync(['node', 'medner', ...itself]), (error: unknown) =>
      error instanceof InputError && /written over what it goes on from/.test(error.message));
  });

  it('refuses a configuration without text, and sequences longer than the positions', () => {
    assert.throws(() => checkPretrainConfig({ ...tiny(1), text: { ...tiny(1).text, sources: [] } }), /needs text/);
    assert.throws(() => checkPretrainConfig({ ...tiny(1), text: { ...tiny(1).text, length: 128 } }), /64 positions/);
  });
});
