import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { inProject, InputError } from '../../lib/common';
import { checkResultName, experimentCommand, resultName, writeOutput, type ExperimentOutput } from '../../lib/experiments';
import { examples } from '../figures/examples';
import { removeScratch, scratch } from '../corpus/scratch';

const experiment = { name: 'b-comparison' };
const request = (more: object = {}) => ({ corpus: 'cmeee-v2', profile: 'small', set: [] as string[], ...more });

describe("a result's name", () => {
  after(() => removeScratch());
  const nowhere = path.join(scratch({}), 'none');
  const of = (set: string[], more: object = {}): string => resultName(experiment, request({ set, ...more }), nowhere);

  it('is corpus and profile, and behind them what is set, by the last names of the fields', () => {
    assert.equal(of([]), 'cmeee-v2-small');
    assert.equal(of(['corpus.trainDocuments=3000', 'corpus.tuningDocuments=300', 'training.epochs=4']), 'cmeee-v2-small-epochs-4-trainDocuments-3000-tuningDocuments-300');
    assert.equal(of(['corpus.split=8:1:1', 'training.learningRate.head=1e-3', 'wordVectors.unlabelled=["a b/文本.txt"]']), 'cmeee-v2-small-head-1e-3-split-8-1-1-unlabelled-a-b-文本.txt');
    assert.equal(resultName({ name: 'architecture', subject: 'rw-egp' }, request(), nowhere), 'rw-egp-cmeee-v2-small');
    assert.equal(resultName({ name: 'paper-audit', corpusFree: true }, request({ set: ['a=1'] }), nowhere), 'paper-audit');
  });

  it('does not depend on the order of assignments, and of several to a field only the last counts', () => {
    const set = ['training.epochs=4', 'corpus.trainDocuments=3', ' model.head.k = 5', 'model.encoder.dropout=0.2', 'training.dropout=0'];
    fc.assert(fc.property(fc.shuffledSubarray(set, { minLength: set.length }), (shuffled) => assert.equal(of(shuffled), of(set))));
    assert.equal(of(['training.epochs=4', 'training.epochs=5']), of(['training.epochs=5']));
  });

  it('is a file name of 90 characters at most, cut with a hash of the whole', () => {
    const assignment = fc.tuple(fc.constantFrom('a.b', 'c', 'd.e.f'), fc.string({ maxLength: 60, unit: 'binary-ascii' })).map(([field, value]) => `${field}=${value}`);
    fc.assert(fc.property(fc.array(assignment, { maxLength: 3 }), (set) => {
      const name = of(set);
      assert.match(name, /^cmeee-v2-small[\p{L}\p{N}.-]*$/u);
      assert.ok(name.length <= 90, name);
    }));
    const long = (end: string): string => of([`wordVectors.unlabelled=["${'text/'.repeat(20)}${end}"]`]);
    assert.match(long('a'), /^cmeee-v2-small-unlabelled-text-.*-[0-9a-f]{8}$/);
    assert.equal(long('a').length, 90);
    assert.notEqual(long('a'), long('b'));
  });

  it('is the one given, where one is, which is no path', () => {
    assert.equal(of(['training.epochs=4'], { name: 'four_epochs.v2' }), 'cmeee-v2-small-four_epochs.v2');
    for (const wrong of ['', '.', '..', 'a/b', '../a', '/a', 'a\\b', '.hidden', '-a', 'a b', 'a'.repeat(46), 'a\0']) {
      assert.throws(() => checkResultName(wrong), (error) => error instanceof InputError && error.message.includes('file name'), wrong);
      assert.throws(() => of([], { name: wrong }), InputError);
    }
  });

  it('is told apart by a hash from a result of another corpus, or of other assignments, that is there already', () => {
    const folder = scratch({});
    const named = (more: object): string => resultName(experiment, request(more), folder);
    const store = (more: object): string => {
      const name = named(more);
      writeFileSync(path.join(folder, `${name}.json`), JSON.stringify(request(more)));
      return name;
    };
    const requests = [
      { corpus: inProject('one/ward.jsonl') }, { corpus: inProject('two/ward.jsonl') }, { corpus: path.relative(process.cwd(), inProject('three/ward')) },
      { set: ['model.head.dropout=0.1'] }, { set: ['model.channels.dropout=0.1'] }, { set: ['a=-1'] }, { set: ['a=1'] }, { name: 'mine' }, { name: 'mine', set: ['a=1'] },
    ];
    const names = requests.map(store);
    assert.equal(new Set(names).size, requests.length);
    assert.deepEqual([names[0], names[3], names[6], names[7]], ['ward-small', 'cmeee-v2-small-dropout-0.1', names[6], 'cmeee-v2-small-mine']);
    assert.match(names[1], /^ward-small-[0-9a-f]{8}$/);
    // The same request finds its own again, by whichever path the corpus is named.
    assert.deepEqual(requests.map(store), names);
    assert.equal(named({ corpus: path.relative(process.cwd(), inProject('two/ward.jsonl')) }), names[1]);
    // The hash is of the path from the project: the same on every machine.
    const hash = createHash('sha256').update('{"corpus":"two/ward.jsonl","profile":"small","set":[]}').digest('hex');
    assert.equal(names[1], `ward-small-${hash.slice(0, 8)}`);
    // A torn result, and one from before that does not tell what was set, make room.
    writeFileSync(path.join(folder, 'cmeee-v2-small.json'), '{"corpus":');
    assert.equal(named({}), 'cmeee-v2-small');
    writeFileSync(path.join(folder, 'cmeee-v2-small.json'), '{"corpus":"cmeee-v2","profile":"small"}');
    assert.equal(named({}), 'cmeee-v2-small');
    writeFileSync(path.join(folder, 'cmeee-v2-small-epochs-4.json'), '{"corpus":"cmeee-v2","profile":"small"}');
    assert.equal(named({ set: ['training.epochs=4'] }), 'cmeee-v2-small-epochs-4');
  });
});

describe("a result's files", function () {
  this.timeout(120_000);
  after(() => removeScratch());
  const output = (more: object = {}): ExperimentOutput => ({ tables: [{ title: 'T', columns: [{ header: 'a' }], rows: [['1']], footnotes: [] }], data: { rows: [], ...more }, figure: examples.modelComparison(), records: [] });

  it('stand beside those of other assignments, and tell what was set and the command', async () => {
    const root = scratch({});
    const folders = { results: path.join(root, 'results'), figures: path.join(root, 'figures') };
    const set = ['fewShot.models=["a","b\'s"]', 'training.epochs=4'];
    mkdirSync(folders.results, { recursive: true });
    await writeOutput(experiment, request(), output({ seeds: [0, 1] }), folders);
    const files = await writeOutput(experiment, request({ set, name: 'asked' }), output({ seeds: [3] }), folders);
    await writeOutput({ name: 'paper-audit', corpusFree: true }, request(), output(), folders);
    assert.ok(files.every((file) => existsSync(path.resolve(inProject(), file)) || existsSync(file)));
    const read = (name: string) => JSON.parse(readFileSync(path.join(folders.results, name), 'utf8')) as Record<string, unknown>;
    assert.deepEqual(readdirSync(path.join(folders.results, 'b-comparison')).filter((name) => name.endsWith('.json')), ['cmeee-v2-small-asked.json', 'cmeee-v2-small.json']);
    assert.deepEqual(readdirSync(path.join(folders.figures, 'b-comparison')).filter((name) => name.endsWith('.json')), ['cmeee-v2-small-asked.json', 'cmeee-v2-small.json']);
    const [plain, asked, audit] = ['b-comparison/cmeee-v2-small.json', 'b-comparison/cmeee-v2-small-asked.json', 'paper-audit/paper-audit.json'].map(read);
    assert.deepEqual([plain.set, plain.command], [[], 'npx medner experiment b-comparison --corpus cmeee-v2 --profile small --seeds 0,1']);
    assert.deepEqual(asked.set, set);
    assert.deepEqual([audit.set, audit.corpus, audit.command], [undefined, undefined, 'npx medner experiment paper-audit']);
    // A shell makes of the command the words that were asked for.
    const words = execFileSync('sh', ['-c', `for word in ${asked.command as string}; do printf '%s\\n' "$word"; done`], { encoding: 'utf8' }).trimEnd().split('\n');
    assert.deepEqual(words, ['npx', 'medner', 'experiment', 'b-comparison', '--corpus', 'cmeee-v2', '--profile', 'small', '--seeds', '3', '--set', set[0], '--set', set[1], '--name', 'asked']);
  });

  it('have a command without seeds where the profile\'s are meant', () => {
    assert.equal(experimentCommand(experiment, request({ seeds: null, corpus: 'my notes/ward.jsonl' }) as never), "npx medner experiment b-comparison --corpus 'my notes/ward.jsonl' --profile small");
  });
});
