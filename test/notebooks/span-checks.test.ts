import assert from 'node:assert/strict';
import { augmentTraditionally, readTraditionalSynonyms, TraditionalConfig } from '../../lib/augment';
import { loadCorpus, type Document } from '../../lib/corpus';
import { shifted, spanChecks } from '../../lib/notebook';

const methods = ['masking', 'replacement', 'synonyms'] as const;

describe('checks of augmented documents from outside', () => {
  it('pass every copy of the embedded corpus, and find nearly every one whose spans are moved', async () => {
    const { splits } = await loadCorpus('sample');
    const train = splits.train!.slice(0, 240);
    const byId = new Map(train.map((document) => [document.id, document]));
    const synonyms = readTraditionalSynonyms(TraditionalConfig.parse({ method: 'synonyms' }));
    const checks = spanChecks(train, synonyms.flat());
    for (const method of methods) {
      const { documents, report } = await augmentTraditionally(train, { method }, { synonyms }, 1);
      const copies = documents.slice(documents.length - report.made);
      assert.ok(copies.length > 120, method);
      const original = ({ id }: Document): Document => byId.get(id.slice(id.indexOf(':') + 1))!;
      assert.deepEqual(copies.filter((copy) => !checks[method](copy, original(copy))).map(({ id }) => id), []);
      const marked = copies.filter(({ entities }) => entities.length > 0);
      const found = marked.filter((copy) => !checks[method](shifted(copy), original(copy)));
      assert.ok(found.length > 0.98 * marked.length, `${method}: ${found.length} of ${marked.length}`);
    }
  });

  it('hold texts against each other by hand', () => {
    const was: Document = { id: 'a', text: '患胃炎，服阿司匹林。', entities: [{ start: 1, end: 3, type: 'dis' }, { start: 5, end: 9, type: 'dru' }] };
    const other: Document = { id: 'b', text: '肺炎', entities: [{ start: 0, end: 2, type: 'dis' }] };
    const { masking, replacement, synonyms } = spanChecks([was, other], ['乙酰水杨酸']);
    const copy = (text: string, ...spans: [number, number, string][]): Document => ({ id: 'c', text, entities: spans.map(([start, end, type]) => ({ start, end, type })) });
    assert.ok(masking(copy('患[MASK]炎，[MASK]阿司匹林。', [1, 8, 'dis'], [15, 19, 'dru']), was));
    assert.ok(!masking(copy('患[MASK]炎，[MASK]阿司匹林。', [1, 8, 'dis'], [14, 19, 'dru']), was));
    assert.ok(!masking(copy('患[MASK]炎，[MASK]阿司匹林。', [1, 8, 'dru'], [15, 19, 'dru']), was));
    const twice: Document = { id: 'd', text: '炎炎炎，炎', entities: [{ start: 0, end: 5, type: 'dis' }] };
    assert.ok(masking(copy('[MASK]炎[MASK]炎', [0, 14, 'dis']), twice)); // 炎 炎 炎， 炎
    assert.ok(masking(copy('[MASK][MASK][MASK]，炎', [0, 20, 'dis']), twice));
    assert.ok(!masking(copy('[MASK][MASK][MASK][MASK]，炎', [0, 26, 'dis']), twice)); // four masks, three characters
    assert.ok(!masking(copy('炎炎炎，炎[MASK]', [0, 11, 'dis']), twice));
    assert.ok(replacement(copy('患肺炎，服阿司匹林。', [1, 3, 'dis'], [5, 9, 'dru']), was));
    assert.ok(!replacement(copy('患了肺炎，服阿司匹林。', [2, 4, 'dis'], [6, 10, 'dru']), was));
    assert.ok(!replacement(copy('患肝炎，服阿司匹林。', [1, 3, 'dis'], [5, 9, 'dru']), was));
    assert.ok(synonyms(copy('得胃炎，服乙酰水杨酸。', [1, 3, 'dis'], [5, 10, 'dru']), was));
    assert.ok(!synonyms(copy('得胃炎，服乙酰水杨酸。', [1, 3, 'dis'], [5, 9, 'dru']), was));
  });
});
