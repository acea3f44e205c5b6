import { strict as assert } from 'node:assert';
import * as path from 'node:path';
import { loadCorpus, validateCorpus, writeJsonl, type Document, type ProblemKind } from '../../lib/corpus';
import { refuses, removeScratch, scratch } from './scratch';

const entity = (start: number, end: number, type = 'dis') => ({ start, end, type });
const sound: Document = { id: 'sound', text: '患者肺炎', entities: [entity(2, 4)] };

/** The kinds and places that validating these files finds. */
function find(files: Record<string, string | Uint8Array>, kind?: ProblemKind): string[] {
  const { problems } = validateCorpus(scratch(files));
  return problems.filter((found) => !kind || found.kind === kind).map((found) => `${found.kind} ${path.basename(found.file)} ${found.record}`);
}

describe('validation', () => {
  after(removeScratch);

  it('finds nothing in a sound corpus but what its splits share', () => {
    const dev: Document = { ...sound, id: 'dev', text: '诊断肺炎' };
    assert.deepEqual(find({ 'train.jsonl': writeJsonl([sound]), 'dev.jsonl': writeJsonl([dev]) }), ['shared-mentions dev.jsonl ']);
  });

  const odd: [ProblemKind, Document][] = [
    ['edge-space', { ...sound, text: '患者 肺炎', entities: [entity(2, 5)] }],
    ['edge-space', { ...sound, text: '患者肺炎\u3000', entities: [entity(2, 5)] }],
    ['duplicate-entity', { ...sound, entities: [entity(2, 4), entity(2, 4)] }],
    ['two-types', { ...sound, entities: [entity(2, 4), entity(2, 4, 'sym')] }],
    ['crossing', { ...sound, entities: [entity(0, 3), entity(2, 4)] }],
    ['empty-document', { ...sound, text: ' \r\n', entities: [] }],
    ['odd-character', { ...sound, text: '患者\ufffd肺炎' }],
    ['odd-character', { ...sound, text: '患者\u0004肺炎' }],
    ['out-of-range', { ...sound, entities: [entity(2, 5)] }],
    ['inverted', { ...sound, entities: [entity(3, 2)] }],
    ['inverted', { ...sound, entities: [entity(2, 2)] }],
    ['duplicate-id', { ...sound, text: '另一' , entities: [] }],
    ['duplicate-document', { ...sound, id: 'other' }],
  ];
  for (const [kind, document] of odd) {
    it(`finds ${kind} by file and line`, () => {
      assert.deepEqual(find({ 'train.jsonl': writeJsonl([sound, { ...document, id: kind === 'duplicate-id' ? 'sound' : 'odd' }]) }, kind), [`${kind} train.jsonl line 2`]);
    });
  }

  it('finds records without id beside others that have one, whose ids are then not used', () => {
    const lines = [sound, { ...sound, id: undefined, text: '诊断肺炎' }, { ...sound, text: '怀疑肺炎' }].map((record) => JSON.stringify(record)).join('\n');
    assert.deepEqual(find({ 'train.jsonl': lines }, 'missing-id'), ['missing-id train.jsonl line 2']);
    assert.deepEqual(find({ 'train.jsonl': lines.replaceAll('"id":"sound",', '') }, 'missing-id'), []);
  });

  it('does not take nested or touching entities for crossing ones', () => {
    assert.deepEqual(find({ 'train.jsonl': writeJsonl([{ ...sound, entities: [entity(0, 4), entity(0, 2), entity(2, 4)] }]) }), []);
  });

  it('finds spans that do not match their text', () => {
    const lines = [2, 2, 1].map((start) => JSON.stringify({ text: '患者肺炎', entities: [{ start, end: start + 2, type: 'dis', entity: '肺炎' }] })).join('\n');
    assert.deepEqual(find({ 'train.jsonl': lines }, 'text-mismatch'), ['text-mismatch train.jsonl line 3']);
  });

  it('finds what splits share, and types that train lacks', () => {
    const dev: Document[] = [{ ...sound, id: 'again' }, { id: 'new', text: '胸痛', entities: [entity(0, 2, 'sym'), entity(0, 2, 'sym')] }];
    const { problems } = validateCorpus(scratch({ 'train.jsonl': writeJsonl([sound]), 'dev.jsonl': writeJsonl(dev) }));
    assert.deepEqual(problems.map(({ kind, record }) => `${kind} ${record}`), ['duplicate-entity line 2', 'shared-document line 1', 'unseen-type line 2', 'shared-mentions ']);
    assert.match(problems[3].message, /1 of dev's 2 distinct mentions also stand in train/);
  });

  it('goes on after a file that it cannot read', () => {
    assert.deepEqual(find({ 'train.jsonl': Buffer.from([0x7b, 0xff, 0x0a]), 'dev.jsonl': writeJsonl([{ ...sound, text: ' ', entities: [] }]) }), [
      'unreadable train.jsonl ',
      'empty-document dev.jsonl line 1',
    ]);
  });

  it('lists all errors, where loading stops at the first and counts the others', async () => {
    const folder = scratch({ 'train.jsonl': writeJsonl([sound, { ...sound, id: 'b', entities: [entity(2, 5), entity(3, 9), entity(2, 4)] }]) });
    assert.equal(validateCorpus(folder).counts.error, 2);
    await refuses(() => loadCorpus(folder), 'line 2', '2-5', '(1 more');
  });
});
