import { strict as assert } from 'node:assert';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { codePointLength } from '../../lib/common';
import { convertDocuments, inspectFile, parseJsonl, readDocuments, writeJsonl } from '../../lib/corpus';
import { parseText, toDocuments } from '../../lib/corpus/read';
import { documents } from './arbitrary';
import { refuses, removeScratch, scratch } from './scratch';

/** Reads content as a file of any format, refusing nothing. */
function inspectText(content: string) {
  return toDocuments(parseText(content, 'f'), 'f');
}

const cmeee = (end: number) => JSON.stringify([{ text: '患肺炎三天', entities: [{ start_idx: 1, end_idx: end, type: 'dis', entity: '肺炎' }] }]);

describe('readers', () => {
  after(removeScratch);

  it('tells inclusive from exclusive ends by the printed entity', () => {
    const inclusive = inspectText(cmeee(2));
    const exclusive = inspectText(cmeee(3));
    assert.deepEqual([inclusive.ends, inclusive.basis], ['inclusive', 'matched']);
    assert.deepEqual([exclusive.ends, exclusive.basis], ['exclusive', 'matched']);
    assert.match(exclusive.notes[0], /ends are exclusive, against the usage/);
    for (const read of [inclusive, exclusive]) assert.deepEqual(read.documents[0].entities, [{ start: 1, end: 3, type: 'dis' }]);
  });

  it('takes the ends of the file, not of a record: the odd one out is an error', () => {
    const records = [2, 2, 3].map((end) => JSON.parse(cmeee(end))[0]);
    const read = inspectText(JSON.stringify(records));
    assert.equal(read.ends, 'inclusive');
    assert.deepEqual(read.problems.map(({ kind, record }) => [kind, record]), [['text-mismatch', 'record 3']]);
  });

  it('tells UTF-16 offsets from code points by characters outside the basic plane', () => {
    const record = (start: number) => JSON.stringify({ text: '🩺𠮷患肺炎', entities: [{ start, end: start + 2, type: 'dis', mention: '肺炎' }] });
    for (const [start, offsets] of [[3, 'code points'], [5, 'UTF-16']] as const) {
      const read = inspectText(record(start));
      assert.equal(read.offsets, offsets);
      assert.deepEqual(read.documents[0].entities, [{ start: 3, end: 5, type: 'dis' }]);
    }
  });

  it('reads CCKS JSON lines, exclusive, with a byte order mark and CRLF line ends', () => {
    const line = JSON.stringify({ originalText: '胸部CT示\r\n肺炎。', entities: [{ start_pos: 7, end_pos: 9, label_type: '疾病和诊断', overlap: 0 }] });
    const folder = scratch({ 'train.txt': `\ufeff${line}\r\n${line}\r\n` });
    const { documents: read, source } = inspectFile(path.join(folder, 'train.txt'));
    assert.deepEqual([source.format, source.encoding, source.ends, source.basis], ['ccks', 'utf-8 with BOM', 'exclusive', 'assumed']);
    assert.equal(read.length, 2);
    assert.deepEqual(read[1], { id: '#2', text: '胸部CT示\r\n肺炎。', entities: [{ start: 7, end: 9, type: '疾病和诊断' }] });
  });

  it('reads unprinted ends as inclusive only where the spans say so', () => {
    const lines = (count: number, end: number) =>
      Array.from({ length: count }, () => JSON.stringify({ originalText: '肝大', entities: [{ start_pos: 0, end_pos: end, label_type: '解剖部位' }] })).join('\n');
    const flipped = inspectText(lines(5, 0));
    assert.deepEqual([flipped.ends, flipped.basis, flipped.problems.length], ['inclusive', 'assumed', 0]);
    assert.deepEqual(flipped.documents[0].entities[0], { start: 0, end: 1, type: '解剖部位' });
    const undecided = inspectText(`${lines(5, 0)}\n${lines(1, 2)}`); // one span that ends with its text speaks for exclusive
    assert.equal(undecided.ends, 'exclusive');
    assert.equal(undecided.problems.filter(({ kind }) => kind === 'inverted').length, 5);
  });

  it("reads CMeEE V1's text lines", () => {
    const read = inspectText('[1]胆囊切除术|||3    4    bod|||3    7    pro|||\r\n未见异常|||\r\n');
    assert.deepEqual([read.ends, read.basis, read.problems.length], ['inclusive', 'assumed', 0]);
    assert.deepEqual(read.documents, [
      { id: '#1', text: '[1]胆囊切除术', entities: [{ start: 3, end: 5, type: 'bod' }, { start: 3, end: 8, type: 'pro' }] },
      { id: '#2', text: '未见异常', entities: [] },
    ]);
  });

  it('reads BIO and BIOES columns, tab or space, with other columns between', () => {
    const expected = [
      { id: '#1', text: '患肺炎痛', entities: [{ start: 1, end: 3, type: 'dis' }, { start: 3, end: 4, type: 'sym' }] },
      { id: '#2', text: '[好', entities: [] },
    ];
    const bio = '患 O\n肺 B-dis\n炎 I-dis\n痛 B-sym\n\n[ O\n好 O\n';
    const bioes = '患\tn\tO\r\n肺\tn\tB-dis\r\n炎\tn\tE-dis\r\n痛\tn\tS-sym\r\n\r\n\r\n[\tn\tO\r\n好\ta\tO';
    for (const content of [bio, bioes]) {
      const read = inspectText(content);
      assert.deepEqual(read.problems, []);
      assert.deepEqual(read.documents, expected);
    }
  });

  it('keeps two mentions that touch apart, and says when tokens are longer than a character', () => {
    const read = inspectText('CT O\n肺 B-bod\n肝 B-bod\n');
    assert.deepEqual(read.documents[0].entities, [{ start: 2, end: 3, type: 'bod' }, { start: 3, end: 4, type: 'bod' }]);
    assert.match(read.notes[0], /more than one character/);
  });

  it('refuses a tag sequence that means nothing, by line', () => {
    const place = (content: string) => inspectText(content).problems.map(({ record }) => record);
    assert.deepEqual(place('患 O\n肺 I-dis\n'), ['line 2']);
    assert.deepEqual(place('肺 B-dis\n炎 I-sym\n'), ['line 2']);
    assert.deepEqual(place('肺 B-dis\n炎 E-dis\n痛 B-sym\n。 O\n'), ['line 3']);
    assert.deepEqual(place('肺 B-dis\n炎\n'), ['line 2']);
  });

  it('reads code points as tokens, and refuses those of no character by line', () => {
    assert.equal(inspectText('U+000A O\nU+20BB7 O\nU+10FFFF O\nU+12 O\n').documents[0].text, '\n𠮷\u{10ffff}U+12');
    for (const token of ['U+110000', 'U+FFFFFF', 'U+D800', 'U+DFFF']) {
      const { problems, documents: [{ text }] } = inspectText(`患 O\n${token} O\n`);
      assert.deepEqual(problems.map(({ kind, record }) => [kind, record]), [['malformed', 'line 2']]);
      assert.ok(problems[0].message.startsWith(`${token} is the code point of no character`));
      assert.equal(text, '患');
    }
  });

  it('names file, record, what was found and what to do', async () => {
    const folder = scratch({
      'cut.json': '[{"text": "甲", "entities": []},\n{"text": ',
      'lines.jsonl': '{"id":"a","text":"甲","entities":[]}\n{"id":"b","text"\n',
      'fields.jsonl': '{"id":"a","sentence":"甲"}\n',
      'entity.jsonl': '{"id":"a","text":"甲乙","entities":[{"start":0,"end":"1","type":"dis"}]}\n',
      'range.jsonl': '{"id":"a","text":"甲乙","entities":[{"start":0,"end":1,"type":"dis"}]}\n{"id":"b","text":"𠮷","entities":[{"start":0,"end":2,"type":"dis"}]}\n',
      'inverted.jsonl': '{"id":"a","text":"甲乙","entities":[{"start":1,"end":1,"type":"dis"}]}\n',
      'twice.jsonl': '{"id":"a","text":"甲"}\n{"id":"a","text":"乙"}\n',
      'surrogate.jsonl': '{"id":"a","text":"\\ud83d"}\n',
      'prose.txt': '患者三天前发热。\n',
    });
    const read = (name: string) => () => readDocuments(path.join(folder, name));
    await refuses(read('cut.json'), 'cut.json', 'line 2', 'complete');
    await refuses(read('lines.jsonl'), 'lines.jsonl, line 2');
    await refuses(read('fields.jsonl'), 'line 1', '"text"', 'id, sentence');
    await refuses(read('entity.jsonl'), 'line 1', 'entity 1', '"end":"1"');
    await refuses(read('range.jsonl'), 'line 2', 'the text has 1 characters');
    await refuses(read('inverted.jsonl'), 'the end does not come after the start');
    await refuses(read('twice.jsonl'), 'line 2', 'already used at line 1');
    await refuses(read('surrogate.jsonl'), 'line 1', 'surrogate');
    await refuses(read('prose.txt'), 'prose.txt', 'line 1', 'JSON lines');
    await refuses(read('none.jsonl'), 'none.jsonl', 'ENOENT');
  });

  it('round-trips JSON lines exactly, whatever the characters', () => {
    fc.assert(
      fc.property(documents, (original) => {
        assert.deepEqual(parseJsonl(writeJsonl(original)), original);
        assert.deepEqual(inspectText(writeJsonl(original)).documents, original);
      }),
    );
  });

  it("round-trips CMeEE's format but for the ids", () => {
    fc.assert(
      fc.property(documents, (original) => {
        const { content, losses } = convertDocuments(original, 'cmeee');
        const read = inspectText(content);
        assert.deepEqual(read.problems, []);
        assert.deepEqual(losses.map((loss) => /^\d+ ids/.exec(loss)?.[0]), original.length > 0 ? [`${original.length} ids`] : []);
        assert.deepEqual(convertDocuments(read.documents, 'cmeee').losses, []);
        assert.deepEqual(read.documents.map(({ text, entities }) => ({ text, entities })), original.map(({ text, entities }) => ({ text, entities })));
      }),
    );
  });

  it('round-trips columns but for ids, nested entities and empty documents, which it counts', () => {
    fc.assert(
      fc.property(documents, (original) => {
        const { content, losses } = convertDocuments(original, 'bio');
        const read = inspectText(content);
        const filled = original.filter(({ text }) => text !== '');
        assert.deepEqual(read.problems, []);
        assert.deepEqual(read.documents.map(({ text }) => text), filled.map(({ text }) => text));
        assert.equal(losses.filter((loss) => /^\d+ ids/.test(loss)).join().startsWith(`${filled.length} ids`), filled.length > 0);
        const kept = read.documents.reduce((sum, { entities }) => sum + entities.length, 0);
        const lost = Number(/^(\d+) entities/.exec(losses[0] ?? '')?.[1] ?? 0);
        assert.equal(kept + lost, original.reduce((sum, { entities }) => sum + entities.length, 0));
        for (const [i, { entities }] of read.documents.entries()) {
          for (const { start, end, type } of entities) assert.ok(filled[i].entities.some((entity) => entity.start === start && entity.end === end && entity.type === type));
        }
      }),
    );
  });

  it('counts ids as lost only where a reader would give others', () => {
    const numbered = (ids: string[]) => ids.map((id, i) => ({ id, text: i === 0 ? '' : '咳嗽', entities: [] }));
    const lost = (ids: string[], format: 'cmeee' | 'bio') => convertDocuments(numbered(ids), format).losses.filter((loss) => loss.includes('ids'));
    assert.deepEqual(lost(['#1', '#2', '#3'], 'cmeee'), []);
    assert.deepEqual(lost(['train#1', 'train#2', 'train#3'], 'cmeee'), []);
    assert.match(lost(['#1', '#3', 'c'], 'cmeee').join(), /^2 ids \(the format has none: documents are numbered in their order\)$/);
    // The empty document is counted as such, and those behind it move up.
    assert.match(lost(['#1', '#2', '#3'], 'bio').join(), /^2 ids/);
    assert.deepEqual(convertDocuments(numbered(['a', 'b']), 'jsonl').losses, []);
  });

  it('reads what UTF-16 offsets describe as the same code points', () => {
    fc.assert(
      fc.property(documents, (original) => {
        const units = (text: string, point: number) => Array.from(text).slice(0, point).join('').length;
        const lines = original.map(({ id, text, entities }) => {
          const mention = (start: number, end: number) => Array.from(text).slice(start, end).join('');
          return JSON.stringify({ id, text, entities: entities.map(({ start, end, type }) => ({ start: units(text, start), end: units(text, end), type, mention: mention(start, end) })) });
        });
        const read = inspectText(lines.join('\n'));
        // Offsets that fit both ways in every entity (no astral character before any) are code points already.
        assert.deepEqual(read.documents, original);
        assert.ok(original.every(({ text }) => codePointLength(text) === text.length) ? read.offsets === 'code points' : true);
      }),
    );
  });
});
