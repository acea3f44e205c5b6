import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import { inProject } from '../../lib/common';
import { PackedText, prepareText, readMeta, type PrepareOptions } from '../../lib/pretraining/pack';
import { Packer } from '../../lib/pretraining/packer';
import { continuesBit, cutPieces, idBits, PassageEncoder } from '../../lib/pretraining/passage-encoder';
import { PassageWriter, readStored } from '../../lib/pretraining/passage-file';
import { Tokenizer, Vocabulary } from '../../lib/text';
import { sampleVocabularyFile } from '../../lib/text/build-vocabulary';
import { refuses, removeScratch, scratch } from '../corpus/scratch';
import { anyText, sampleTexts } from '../text/texts';

const vocabulary = Vocabulary.fromFile(sampleVocabularyFile);
const unlabelled = inProject('data', 'sample', 'unlabelled.txt');

/** Some lines of the sample's unlabelled text. */
const lines = readFileSync(unlabelled, 'utf8').split('\n').filter((line) => line.length >= 20).slice(0, 400);

const files = (folder: string) => readdirSync(folder, { recursive: true }).map(String).sort();

after(removeScratch);

describe('packing', () => {
  const pack = (passages: readonly (readonly number[])[], length: number) => {
    const file = path.join(scratch({}), 'a.u16');
    const packer = new Packer(file, length, vocabulary);
    for (const passage of passages) packer.add(Uint16Array.from(passage), true);
    packer.finish();
    const bytes = readFileSync(file);
    const rows = Array.from({ length: packer.sequences }, (_, r) => Array.from({ length }, (_, i) => bytes.readUInt16LE(2 * (r * length + i))));
    return { rows, packer, size: bytes.length };
  };
  const { pad, cls, sep } = vocabulary;

  it('lays passages end to end, with [SEP] between them and at each end', () => {
    assert.deepEqual(pack([[11, 12, 13], [21, 22], [31]], 8).rows, [
      [cls, 11, 12, 13, sep, 21, 22, sep],
      [cls, 31, sep, pad, pad, pad, pad, pad],
    ]);
  });

  it('cuts a passage where the sequence is full; what follows begins a word', () => {
    assert.deepEqual(pack([[11, 12 | continuesBit, 13, 14 | continuesBit, 15, 16, 17 | continuesBit, 18]], 8).rows, [
      [cls, 11, 12 | continuesBit, 13, 14 | continuesBit, 15, 16, sep],
      [cls, 17, 18, sep, pad, pad, pad, pad],
    ]);
  });

  it('ends a sequence in [PAD] where [SEP] and a token no longer fit, and parts no passage from its beginning', () => {
    assert.deepEqual(pack([[11, 12, 13, 14, 15], [21]], 8).rows, [
      [cls, 11, 12, 13, 14, 15, sep, pad],
      [cls, 21, sep, pad, pad, pad, pad, pad],
    ]);
    assert.deepEqual(pack([[11, 12, 13, 14, 15, 16], [], [21]], 8).rows.map((row) => row.filter((id) => id === sep).length), [1, 1]);
  });

  it('loses no token, adds none, and fills every sequence but the last to within one place', () => {
    const passages = fc.array(fc.array(fc.integer({ min: 5, max: 99 }), { maxLength: 30 }), { minLength: 1, maxLength: 12 });
    fc.assert(fc.property(passages, fc.integer({ min: 8, max: 20 }), (list, length) => {
      const { rows, packer, size } = pack(list, length);
      assert.equal(size, rows.length * length * 2);
      assert.deepEqual(rows.flat().filter((id) => id > 4), list.flat());
      assert.equal(packer.tokens, list.flat().length);
      rows.forEach((row, r) => {
        assert.equal(row[0], cls);
        const body = row.slice(0, row.indexOf(pad) < 0 ? length : row.indexOf(pad));
        assert.equal(body[body.length - 1], sep);
        assert.ok(row.slice(body.length).every((id) => id === pad));
        assert.ok(!body.some((id, i) => id === sep && body[i + 1] === sep), 'no empty passage');
        assert.ok(body[1] !== sep, 'no empty beginning');
        if (r + 1 < rows.length) assert.ok(body.length >= length - 1);
      });
    }), { numRuns: 200 });
  });
});

describe('passages as tokens', () => {
  const encoder = new PassageEncoder(vocabulary);
  const encode = (text: string) => [...encoder.encode(text)].flatMap((piece) => [...piece]);

  it('continue the words of jieba, and words spelt in pieces', () => {
    const text = '慢性支气管炎患者，行CT检查，HbA1c升高';
    const tokens = new Tokenizer(vocabulary).encode(text);
    const packed = encode(text);
    assert.deepEqual(packed.map((token) => token & idBits), tokens.map(({ id }) => id));
    const words: string[] = [];
    packed.forEach((token, i) => {
      const piece = text.slice(tokens[i].start, tokens[i].end);
      if (token & continuesBit) words[words.length - 1] += piece;
      else words.push(piece);
    });
    assert.deepEqual(words, ['慢性', '支气管炎', '患者', '，', '行', 'CT', '检查', '，', 'HbA1c', '升高']);
  });

  it('are those of the whole text, however it is cut', () => {
    const long = fc.array(fc.constantFrom(...sampleTexts), { minLength: 50, maxLength: 90 }).map((texts) => texts.join('').repeat(3));
    fc.assert(fc.property(long, (text) => {
      const ids = new Tokenizer(vocabulary).encode(text).map(({ id }) => id);
      assert.deepEqual(encode(text).map((token) => token & idBits), ids);
    }), { numRuns: 5 });
    fc.assert(fc.property(anyText, fc.integer({ min: 2, max: 9 }), (text, most) => {
      const pieces = [...cutPieces(text, most)];
      assert.equal(pieces.join(''), text);
      for (const piece of pieces) assert.ok(piece.length <= most && !/^[\udc00-\udfff]/.test(piece) && piece.length > 0);
    }), { numRuns: 300 });
  });

  it('never hold a special token that the text spells out', () => {
    const { unk } = vocabulary;
    assert.deepEqual(encode('[MASK][PAD][CLS][SEP][UNK]').map((token) => token & idBits), [unk, unk, unk, unk, unk]);
  });

  it('are stored and read as they were given', () => {
    const texts = [...sampleTexts, '', '甲'.repeat(1_000_000), '𠮷野家'];
    const file = path.join(scratch({}), 'passages');
    const writer = new PassageWriter(file);
    texts.forEach((text, i) => writer.add(text, i % 2 === 0));
    writer.close();
    const read = [...readStored(file)];
    assert.deepEqual(read.map(({ text, heldOut }) => [text, heldOut]), texts.map((text, i) => [text, i % 2 === 0]));
    assert.equal(read.reduce((sum, { bytes }) => sum + bytes, 0), writer.length);
    truncateSync(file, writer.length - 1);
    assert.throws(() => [...readStored(file)], /ends inside a passage/);
  });
});

describe('prepareText', () => {
  const options = (folder: string, more: Partial<PrepareOptions> = {}): PrepareOptions => ({
    sources: [path.join(folder, 'text')], guarded: [], vocabulary, length: 32, heldOut: 0.1, seed: 1, folder: path.join(folder, 'prepared'), ...more,
  });
  const write = (content: Record<string, string>) => scratch(Object.fromEntries(Object.entries(content).map(([name, text]) => [`text/${name}`, text])));

  it('gives the same bytes twice, reads back what is there, and makes what has changed', async () => {
    const content = { 'a.txt': lines.slice(0, 200).join('\n'), 'b.jsonl': lines.slice(200).map((text) => JSON.stringify({ text })).join('\n') };
    const [one, two] = [write(content), write(content)];
    const a = await prepareText(options(one));
    const b = await prepareText(options(two));
    assert.equal(path.basename(a.folder), path.basename(b.folder));
    assert.deepEqual(files(a.folder), ['heldout.u16', 'meta.json', 'train.u16', 'vocab.txt']);
    for (const file of files(a.folder)) assert.deepEqual(readFileSync(path.join(a.folder, file)), readFileSync(path.join(b.folder, file)), file);
    assert.deepEqual(files(path.join(one, 'prepared')).length, 5, 'nothing else is left');

    assert.deepEqual([a.readBack, (await prepareText(options(one))).readBack], [false, true]);
    appendFileSync(path.join(one, 'text', 'a.txt'), '\n患者因反复咳嗽咳痰入院治疗');
    for (const changed of [options(one), options(two, { length: 33 }), options(two, { seed: 2 }), options(two, { guarded: [{ id: 'g', text: lines[0] }] }), options(two, { passages: [{ id: 'p', text: '患者因反复咳嗽咳痰入院治疗' }] })]) {
      assert.equal((await prepareText(changed)).readBack, false);
    }
  });

  it('packs every passage once, in order, each on one side', async () => {
    const folder = write({ 'a.txt': [...lines, ...lines].join('\n') });
    const { folder: made, meta, vocabulary: own } = await prepareText(options(folder));
    const { counts, parts } = meta;
    assert.deepEqual(own.tokens, vocabulary.tokens);
    const unique = [...new Set(lines)];
    assert.deepEqual([counts.passages, counts.kept, counts.duplicates], [2 * lines.length, unique.length, 2 * lines.length - unique.length]);
    assert.equal(parts.train.passages + parts.heldout.passages, unique.length);
    assert.ok(parts.heldout.passages > 10 && parts.heldout.passages < 90, `${parts.heldout.passages} of ${unique.length} held out at 10 %`);

    const tokenizer = new Tokenizer(vocabulary);
    const expected = unique.map((text) => tokenizer.encode(text).map(({ id }) => id).join(' '));
    const found: string[][] = [];
    for (const part of ['train', 'heldout'] as const) {
      const packed = PackedText.open(made, part);
      assert.deepEqual([packed.count, packed.length], [parts[part].sequences, 32]);
      const { ids } = packed.read(Array.from({ length: packed.count }, (_, i) => i));
      packed.close();
      // Without [CLS], [PAD] and each sequence's own end, [SEP] stands between passages, unless one ends with the sequence:
      // passages are told apart by taking the expected ones off in their order.
      const stream = [...ids].filter((id) => id > vocabulary.mask || id === vocabulary.unk);
      assert.equal(stream.length, parts[part].tokens);
      const here: string[] = [];
      let at = 0;
      for (const passage of expected) {
        const length = passage.split(' ').length;
        if (stream.slice(at, at + length).join(' ') !== passage) continue;
        here.push(passage);
        at += length;
      }
      assert.equal(at, stream.length);
      found.push(here);
    }
    assert.equal(found.flat().length, expected.length);
    assert.deepEqual(found.flat().sort(), [...expected].sort());
  });

  it('reads sequences in any order', async () => {
    const { folder } = await prepareText(options(write({ 'a.txt': lines.join('\n') })));
    const packed = PackedText.open(folder, 'train');
    const all = packed.read(Array.from({ length: packed.count }, (_, i) => i));
    const some = packed.read([7, 0, 7, packed.count - 1]);
    [7, 0, 7, packed.count - 1].forEach((index, k) => {
      assert.deepEqual(some.ids.slice(k * 32, (k + 1) * 32), all.ids.slice(index * 32, (index + 1) * 32));
      assert.deepEqual(some.continues.slice(k * 32, (k + 1) * 32), all.continues.slice(index * 32, (index + 1) * 32));
    });
    assert.ok(all.continues.some((bit) => bit === 1) && all.continues.some((bit) => bit === 0));
    assert.throws(() => packed.read([packed.count]), /has no sequence/);
    packed.close();
    truncateSync(path.join(folder, 'train.u16'), 100);
    await refuses(() => PackedText.open(folder, 'train'), 'train.u16', 'has 100 bytes');
    await refuses(() => readMeta(path.dirname(folder)), 'meta.json', 'prepare it again');
  });

  it('leaves out guarded documents, also in full-width forms, and says why each passage is left out', async () => {
    const document = '患者因“CT示右肺上叶结节2.5cm”入院，WBC 12.3×10^9/L，予抗感染治疗后好转出院，嘱定期复查胸部CT，不适随诊。';
    const hidden = document.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0)).replaceAll('，', ' ， ');
    const short = '嘱患者：予抗感染治疗后好转出院，嘱定期复查胸部CT，不适随诊。'; // 25 characters of it
    const folder = write({ 'a.txt': ['肺炎', 'The patient 患者咳嗽咳痰三天 was admitted to the hospital.', `摘要：${hidden}完`, document.slice(0, -6), lines[0], lines[0], short, ''].join('\n') });
    const { meta } = await prepareText(options(folder, { guarded: [{ id: 'test#1', text: document }], passages: [{ id: 'p', text: lines[1] }, { id: 'q', text: document }] }));
    assert.deepEqual(meta.counts, {
      files: 1, passedOver: 0, passages: 9, short: 1, foreign: 1, guardedDocuments: 2, guardedRuns: 1, duplicates: 1, kept: 3,
    });
  });

  it('takes the part of a vocabulary that the training text uses', async () => {
    const folder = write({ 'a.txt': lines.join('\n') });
    const { vocabulary: part, meta, folder: made } = await prepareText(options(folder, { vocabulary: { full: sampleVocabularyFile, size: 400, minCount: 3 } }));
    assert.equal(part.size, 400);
    assert.equal(meta.vocabulary.size, 400);
    const order = part.tokens.map((token) => vocabulary.id(token));
    assert.deepEqual(order, [...order].sort((a, b) => a - b));
    assert.ok(meta.parts.train.unknown > 0);
    const packed = PackedText.open(made, 'train');
    const { ids } = packed.read(Array.from({ length: packed.count }, (_, i) => i));
    packed.close();
    assert.equal(ids.filter((id) => id === part.unk).length, meta.parts.train.unknown);
    assert.ok(ids.every((id) => id < 400));
  });

  it('reports its progress and stops when it is told to, leaving nothing', async () => {
    const folder = write({ 'a.txt': lines.join('\n') });
    const phases = new Set<string>();
    await prepareText(options(folder, { onProgress: ({ phase, done, total }) => void (assert.ok(done <= total), phases.add(phase)) }));
    assert.deepEqual([...phases], ['reading', 'packing']);
    for (const stopAt of phases) {
      const controller = new AbortController();
      const stopped = prepareText(options(folder, { seed: 9, signal: controller.signal, onProgress: ({ phase }) => void (phase === stopAt && controller.abort()) }));
      await assert.rejects(stopped, { name: 'Interrupted' });
    }
    assert.equal(readdirSync(path.join(folder, 'prepared')).length, 1);
  });

  it('killed half-way leaves no finished folder, and the next call makes it and clears up', async () => {
    const folder = scratch({});
    const prepared = path.join(folder, 'prepared');
    const program = `
      import { prepareText } from ${JSON.stringify(inProject('lib', 'pretraining', 'pack.ts'))};
      import { Vocabulary } from ${JSON.stringify(inProject('lib', 'text', 'index.ts'))};
      const kill = process.argv[2] === 'kill';
      void prepareText({ sources: [${JSON.stringify(unlabelled)}], guarded: [], vocabulary: Vocabulary.fromFile(${JSON.stringify(sampleVocabularyFile)}),
        length: 64, seed: 1, folder: ${JSON.stringify(prepared)},
        onProgress: ({ phase, done }) => { if (kill && phase === 'packing' && done > 0) process.kill(process.pid, 'SIGKILL'); } });`;
    writeFileSync(path.join(folder, 'prepare.ts'), program);
    const run = (argument: string) => new Promise<{ code: number | null; signal: string | null }>((resolve) => {
      spawn(process.execPath, ['--import', 'tsx', path.join(folder, 'prepare.ts'), argument], { cwd: inProject(), stdio: ['ignore', 'ignore', 'inherit'] })
        .on('close', (code, signal) => resolve({ code, signal }));
    });
    assert.deepEqual(await run('kill'), { code: null, signal: 'SIGKILL' });
    const [draft, ...others] = readdirSync(prepared);
    assert.deepEqual(others, []);
    assert.ok(draft.startsWith('.') && existsSync(path.join(prepared, draft, 'train.u16')) && !existsSync(path.join(prepared, draft, 'meta.json')));
    assert.deepEqual(await run('finish'), { code: 0, signal: null });
    const [made, ...rest] = readdirSync(prepared);
    assert.deepEqual(rest, []);
    assert.ok(readMeta(path.join(prepared, made)).parts.train.sequences > 1000);

    // A folder without meta.json, as if half copied, is made again.
    rmSync(path.join(prepared, made, 'meta.json'));
    truncateSync(path.join(prepared, made, 'train.u16'), 10);
    assert.deepEqual(await run('finish'), { code: 0, signal: null });
    PackedText.open(path.join(prepared, made), 'train').close();
  });

  it('refuses what it cannot do', async () => {
    const folder = write({ 'a.txt': '肺炎\n' });
    await refuses(() => prepareText(options(folder)), 'of 1 passages none is left', '1 short');
    await refuses(() => prepareText(options(folder, { length: 4 })), 'a length of 4');
    await refuses(() => prepareText(options(folder, { heldOut: 0.7 })), 'share of 0.7');
    const large = new Vocabulary([...vocabulary.tokens, ...Array.from({ length: 32_768 }, (_, i) => `w${i}x`)]);
    await refuses(() => prepareText(options(folder, { vocabulary: large })), 'room for 32767');
    assert.deepEqual(existsSync(path.join(folder, 'prepared')) ? readdirSync(path.join(folder, 'prepared')) : [], []);
  });
});
