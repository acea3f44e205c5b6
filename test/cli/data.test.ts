import { strict as assert } from 'node:assert';
import { existsSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { textTable } from '../../lib/cli/text-table';
import { parseJsonl, writeJsonl, type Document } from '../../lib/corpus';
import { refuses, removeScratch, scratch } from '../corpus/scratch';
import { medner } from './command';

const train: Document[] = [
  { id: 'a', text: '患急性阑尾炎，腹痛\r\n', entities: [{ start: 1, end: 6, type: 'dis' }, { start: 3, end: 5, type: 'bod' }, { start: 7, end: 9, type: 'sym' }] },
  { id: 'b', text: '🩺未见异常', entities: [] },
];
const test: Document[] = [{ id: 'c', text: '慢性阑尾炎', entities: [{ start: 0, end: 5, type: 'dis' }, { start: 2, end: 4, type: 'bod' }] }];
const corpus = () => scratch({ 'train.jsonl': writeJsonl(train), 'test.jsonl': writeJsonl(test) });

describe('data and score commands', () => {
  after(removeScratch);

  it('data stats --json has the promised shape', async () => {
    const { stdout, status } = await medner('data', 'stats', corpus(), '--json');
    const { splits } = JSON.parse(stdout);
    assert.equal(status, 0);
    assert.deepEqual([splits.train.documents, splits.train.characters, splits.train.entities, splits.train.nested], [2, 16, 3, 1]);
    const { count, short, medium, long } = splits.train.types.dis;
    assert.deepEqual([count, short, medium, long], [1, 0, 1, 0]);
    assert.deepEqual([splits.train.lostAtK['2'], splits.train.lostAtK['4'], splits.train.lostAtK['43']], [1, 1, 0]);
    assert.equal(splits.test.seenInTrain.entities, 1);
  });

  it('data stats prints tables whose columns line up, Chinese included', async () => {
    const { stdout } = await medner('data', 'stats', corpus());
    assert.match(stdout, /^documents +2 +1$/m);
    assert.match(stdout, /^inside another +1 \(33\.3 %\) +1 \(50\.0 %\)$/m);
    assert.match(stdout, /^distinct mentions seen +1 \(50\.0 %\)$/m);
    assert.equal(textTable([['类型', 'n'], ['dis', '10']]), '类型   n\ndis   10\n');
  });

  it('data validate exits with 2 on an entity that does not fit, and 0 on mere warnings', async () => {
    const bad = scratch({ 'train.jsonl': writeJsonl([{ ...train[0], entities: [{ start: 1, end: 60, type: 'dis' }] }]) });
    const found = await medner('data', 'validate', bad);
    assert.equal(found.status, 2);
    assert.match(found.stdout, /error: out-of-range: .*train\.jsonl, line 1: entity 1 \(dis, 1-60\): the text has 11 characters/);
    const fine = await medner('data', 'validate', scratch({ 'train.jsonl': writeJsonl([train[0], { ...train[0], id: 'again' }]) }), '--json');
    assert.equal(fine.status, 0);
    assert.deepEqual(JSON.parse(fine.stdout).counts, { error: 0, warning: 1, info: 0 });
  });

  it('data validate --against finds the documents of another corpus', async () => {
    const other = scratch({ 'train.jsonl': writeJsonl([{ ...train[0], id: 'z' }]) });
    const { stdout } = await medner('data', 'validate', corpus(), '--against', other, '--json');
    assert.deepEqual(JSON.parse(stdout).problems.filter(({ kind }: { kind: string }) => kind === 'shared-document').map(({ record }: { record: string }) => record), ['document a']);
  });

  it('data validate --against compares what it has read, whatever else is wrong, with a corpus that may be unlabelled', async () => {
    const bad = scratch({ 'train.jsonl': writeJsonl([train[0], { ...train[1], entities: [{ start: 1, end: 60, type: 'dis' }] }]) });
    const other = scratch({ 'notes.jsonl': `${JSON.stringify({ id: 'z', text: train[1].text })}\n{"id":"y"}\n` });
    const { stdout, status } = await medner('data', 'validate', bad, '--against', other);
    assert.equal(status, 2);
    assert.match(stdout, /error: out-of-range: .*train\.jsonl, line 2/);
    assert.match(stdout, /warning: shared-document: .*train\.jsonl, document b: the text is also document z of .*notes\.jsonl/);
    assert.match(stdout, /note: .*: 1 errors, and a record that cannot be read is not compared/);
    assert.match(stdout, /1 errors, 1 warnings/);
    const unnamed = scratch({ 'train.json': JSON.stringify([{ text: '甲' }, { text: train[0].text }]) });
    assert.match((await medner('data', 'validate', unnamed, '--against', bad)).stdout, /train\.json, record 2: the text is also document a of/);
  });

  it('data convert writes each split, says what is lost, and overwrites only when forced', async () => {
    const from = corpus();
    const out = path.join(scratch({}), 'out');
    const { stderr } = await medner('data', 'convert', from, '--to', 'bio', '--out', out);
    assert.match(stderr, /lost in train: 1 entities .*\nlost in train: 2 ids .*\n.*lost in test: 1 entities .*\nlost in test: 1 ids /);
    assert.equal(readFileSync(path.join(out, 'test.bio'), 'utf8'), '慢\tB-dis\n性\tI-dis\n阑\tI-dis\n尾\tI-dis\n炎\tI-dis\n');
    assert.match(readFileSync(path.join(out, 'train.bio'), 'utf8'), /\nU\+000D\tO\nU\+000A\tO\n\n🩺\tO\n/);
    await refuses(() => medner('data', 'convert', from, '--to', 'bio', '--out', out), 'train.bio is already there', '--force');
    await medner('data', 'convert', from, '--to', 'bio', '--out', out, '--force');

    await medner('data', 'convert', from, '--to', 'jsonl', '--out', out);
    assert.deepEqual(parseJsonl(readFileSync(path.join(out, 'train.jsonl'), 'utf8')), train);
    await refuses(() => medner('data', 'convert', from, '--to', 'jsonl', '--out', from, '--force'), 'is the corpus itself');
    await assert.rejects(medner('data', 'convert', from, '--to', 'xml', '--out', out), /xml/);
    assert.ok(!existsSync(path.join(out, 'train.xml')));
  });

  it('data augment writes the augmented split and tells what it did, never over a file that is there', async () => {
    const more = Array.from({ length: 20 }, (_, i): Document => ({ id: `m${i}`, text: `第${i}例：发热${i}天。伴咳嗽。`, entities: [{ start: 4 + String(i).length - 1, end: 6 + String(i).length - 1, type: 'sym' }] }));
    const folder = scratch({ 'train.jsonl': writeJsonl([train[0], ...more]), 'test.jsonl': writeJsonl(test) });
    const out = path.join(folder, 'more.jsonl');
    const { stdout, stderr } = await medner('data', 'augment', folder, '--out', out, '--set', 'sentences.documents=0.5', '--json');
    const report = JSON.parse(stdout);
    const written = parseJsonl(readFileSync(out, 'utf8'));
    assert.equal(report.config.sentences.documents, 0.5);
    assert.equal(written.length, 21 + report.easy.substitution.made + report.easy.joining.made + report.easy.sentences.made);
    assert.ok(report.easy.sentences.made > 0);
    assert.deepEqual(report.guarded, { documents: 1, mentions: 1 });
    assert.match(stderr, /more\.jsonl/);
    await refuses(() => medner('data', 'augment', folder, '--out', out), 'more.jsonl is already there', '--force');
    await refuses(() => medner('data', 'augment', folder, '--out', path.join(folder, 'train.jsonl'), '--force'), 'is the corpus itself');
    await refuses(() => medner('data', 'augment', folder, '--ceiling', '5'), '--ceiling limits', '--chat-model');
    for (const option of ['--models', '--cache']) await refuses(() => medner('data', 'augment', folder, option, out), `${option} is for a chat model`, '--chat-model');
    await refuses(() => medner('data', 'augment', folder, '--set', 'sentences.document=1'), 'sentences.document', 'did you mean documents?');
    assert.match((await medner('data', 'augment', folder)).stdout, /^21 training documents; distance from the target .*\n\noperation +wanted +documents/);
  });

  it('data augment --method writes new documents of a traditional method beside the originals', async () => {
    const more = Array.from({ length: 10 }, (_, i): Document => ({ id: `m${i}`, text: `第${i}例：发热伴咳嗽。`, entities: [{ start: 4, end: 6, type: 'sym' }] }));
    const folder = scratch({ 'train.jsonl': writeJsonl(more), 'test.jsonl': writeJsonl(test) });
    const out = path.join(folder, 'masked.jsonl');
    const { stdout } = await medner('data', 'augment', folder, '--method', 'masking', '--out', out, '--set', 'documents=2', '--json');
    const report = JSON.parse(stdout);
    assert.deepEqual(report.config, { method: 'masking', documents: 2, context: 0.15, inside: 0.15 });
    const written = parseJsonl(readFileSync(out, 'utf8'));
    assert.deepEqual(written.slice(0, 10), more);
    assert.ok(report.made > 10 && written.length === 10 + report.made);
    for (const { text, entities } of written.slice(10)) {
      assert.ok(text.includes('[MASK]'));
      assert.match(Array.from(text).slice(entities[0].start, entities[0].end).join(''), /^(发热|发\[MASK\]|\[MASK\]热)$/);
    }
    await refuses(() => medner('data', 'augment', folder, '--method', 'masking', '--out', out), 'is already there', '--force');
    await refuses(() => medner('data', 'augment', folder, '--method', 'masking', '--set', 'entities=1'), 'there is no field entities');
    for (const [option, value] of [['--figures', folder], ['--chat-model', 'offline-lexicon'], ['--models', out], ['--ceiling', '0'], ['--cache', out]]) {
      await refuses(() => medner('data', 'augment', folder, '--method', 'masking', option, value), option, 'a traditional method');
    }
    assert.match((await medner('data', 'augment', folder, '--method', 'synonyms')).stdout, /^10 training documents; 10 new ones of 10 wanted by synonyms, with 10 entities\ndocuments tried: 10; refused: none\nchanges: \d+ entities replaced/);
  });

  it('data augment --method back-translation goes through the folders named, keeping a sentence only where its entities come back', async () => {
    // Of the tiny models, 痛 comes back as 疼 and every other character as itself.
    const pain: Document = { id: 'p', text: '患者咳嗽，头痛。咳嗽好转。', entities: [{ start: 2, end: 4, type: 'sym' }] };
    const lost: Document = { id: 'l', text: '患者头痛。', entities: [{ start: 2, end: 4, type: 'sym' }] };
    const folder = scratch({ 'train.jsonl': writeJsonl([pain, lost]), 'test.jsonl': writeJsonl(test) });
    const out = path.join(folder, 'back.jsonl');
    const models = (there: string): string[] => ['--set', `there=${there}`, '--set', 'back=test/reference/local-models/back'];
    const { stdout } = await medner('data', 'augment', folder, '--method', 'back-translation', ...models('test/reference/local-models/there'), '--out', out, '--json');
    const { made, rejects, changes } = JSON.parse(stdout) as { made: number; rejects: object; changes: Record<string, number> };
    assert.deepEqual([made, rejects], [1, { unchanged: 1 }]);
    assert.deepEqual([changes.sentences, changes.kept, changes.same, changes.lost], [3, 1, 1, 1]);
    assert.deepEqual(parseJsonl(readFileSync(out, 'utf8')), [pain, lost, { ...pain, id: 'back-translation-1:p', text: '患者咳嗽，头疼。咳嗽好转。' }]);
    await refuses(() => medner('data', 'augment', folder, '--method', 'back-translation', ...models('data/models/nowhere')), 'data/models/nowhere: there is no such folder', 'Nothing is ever downloaded');
  });

  it('score prints the promised JSON and reports documents without a prediction', async () => {
    const folder = scratch({ 'gold.jsonl': writeJsonl(train), 'pred.jsonl': writeJsonl([{ ...train[0], entities: train[0].entities.slice(0, 2) }]) });
    const files = ['--gold', path.join(folder, 'gold.jsonl'), '--pred', path.join(folder, 'pred.jsonl')];
    const { stdout, stderr } = await medner('score', ...files, '--json');
    const scores = JSON.parse(stdout);
    assert.deepEqual(scores.micro, { precision: 1, recall: 2 / 3, f1: 0.8, tp: 2, fp: 0, fn: 1 });
    assert.deepEqual(Object.keys(scores.lengths), ['short', 'medium', 'long']);
    assert.equal(scores.types.sym.fn, 1);
    assert.match(stderr, /no prediction for 1 of 2 documents \(b\)/);
    await refuses(() => medner('score', '--gold', path.join(scratch({ 'empty.jsonl': '' }), 'empty.jsonl'), ...files.slice(2)), 'empty.jsonl: holds no document', '--gold');
    assert.match((await medner('score', ...files)).stdout, /^micro +100\.00 +66\.67 +80\.00 +2 +0 +1$/m);
  });
});
