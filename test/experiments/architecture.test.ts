import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { inProject, InputError } from '../../lib/common';
import { architectureCommand, architectureOf, toMarkdown } from '../../lib/experiments';
import { variant } from '../../lib/models';

const quick = { corpus: 'sample', profile: 'quick' };
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('architecture of a row', () => {
  for (const name of ['da-rw-egp', 'llm-medner']) {
    it(`${name}: the committed table and figure are what its configuration gives`, async () => {
      const { tables, data, figure } = await architectureOf({ ...quick, variant: name });
      const files = ['results', 'figures'].map((folder) => inProject(folder, 'architecture', `${name}-sample-quick`));
      assert.equal(tables.map(toMarkdown).join('\n'), readFileSync(`${files[0]}.md`, 'utf8'), `renew it: npx medner figures architecture ${name}`);
      assert.deepEqual(plain(figure), JSON.parse(readFileSync(`${files[1]}.json`, 'utf8')));
      const { parts, flows } = JSON.parse(readFileSync(`${files[0]}.json`, 'utf8')) as typeof data;
      assert.deepEqual(plain({ parts: data.parts, flows: data.flows }), { parts, flows });
    });
  }

  it('an ablation names what it takes from the full model; a field set by hand shows against the profile', async () => {
    const { data, tables: [table] } = await architectureOf({ ...quick, variant: 'llm-medner-wo-conv' });
    assert.deepEqual(data.against, { name: 'llm-medner', removed: ['norm', 'mlp', 'convolution', 'convolved'], changed: [], added: [] });
    assert.equal(table.rows.filter((row) => row.at(-1) === 'removed').length, 4);
    const k = await architectureOf({ ...quick, variant: 'da-rw-egp', set: ['model.head.k=17'] });
    assert.deepEqual(k.data.against, { name: 'da-rw-egp as the profile has it', removed: [], changed: ['pointer'], added: [] });
    const easy = await architectureOf({ ...quick, variant: 'da-rw-egp', set: ['augmentation.remote.documents=0', 'augmentation.joining.documents=0'] });
    assert.deepEqual(easy.data.parts.find(({ id }) => id === 'augmentation')!.facts.slice(1), ['substitution, sentences']);
    assert.equal((await architectureOf({ ...quick, variant: 'bilstm-crf' })).data.against, null);
    assert.equal((await architectureOf({ ...quick, variant: 'da-rw-egp' })).data.against, null);
  });

  it("needs no checkpoint at the papers' scale, and says so", async () => {
    const { data, tables: [{ footnotes }] } = await architectureOf({ variant: 'rw-egp', corpus: 'ccks2020', profile: 'paper' });
    const part = (id: string) => data.parts.find((one) => one.id === id)!;
    assert.deepEqual(part('encoder').facts, ['chinese-roberta-wwm-ext', '12 layers of 768, 12 heads, inner 3,072', '21,128 tokens, learned positions']);
    assert.equal(part('encoder').parameters, 101_677_056);
    // Paper B's k on CCKS2020, and its six types.
    assert.deepEqual(part('pointer').facts, ['6 types, q and k 64 wide', 'rotary positions, scores / √64', 'spans of up to k = 39 tokens']);
    const { checkpoint } = variant('rw-egp');
    assert.equal(footnotes.some((note) => note.startsWith(`${checkpoint} is not here`)), !existsSync(inProject('data/models', checkpoint!, 'model.safetensors')));
  });

  it('its command draws it again; a model or field that is not there is refused', async () => {
    assert.equal(architectureCommand({ ...quick, variant: 'rw-egp', set: ['model.head.k=17', 'model.words={"fusion":"add"}'] }),
      `npx medner figures architecture rw-egp --corpus sample --profile quick --set model.head.k=17 --set 'model.words={"fusion":"add"}'`);
    await assert.rejects(architectureOf({ ...quick, variant: 'rw-egg' }), InputError);
    await assert.rejects(architectureOf({ ...quick, variant: 'bert', set: ['model.head.k=17'] }), InputError);
    await assert.rejects(architectureOf({ ...quick, profile: 'huge', variant: 'bert' }), InputError);
  });
});
