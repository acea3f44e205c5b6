import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { canonicalJson, sha256 } from '../../lib/common';
import { currentPrompts, loadFeatures, promptFile, promptHashes, savePrompts, type PromptFile } from '../../lib/llm';
import { refuses, removeScratch, scratch } from '../corpus/scratch';

describe('the texts of the prompts', () => {
  after(removeScratch);
  const kept = JSON.parse(readFileSync(promptFile, 'utf8')) as PromptFile;

  it('that are asked today stand in data/prompts.json under their ids (npx medner llm prompts --save)', () => {
    const now = currentPrompts();
    assert.deepEqual(Object.keys(now), ['enhanced-text', 'keywords', 'parts-of-speech', 'relations', 'validation'].flatMap((name) => (name === 'parts-of-speech' ? [`${name}@1`] : [`${name}@1`, `${name}@1+retrieval@1`])));
    for (const [id, prompt] of Object.entries(now)) assert.deepEqual(kept[id], prompt, id);
    for (const [id, { sha256: hash, messages }] of Object.entries(kept)) {
      assert.equal(hash, sha256(canonicalJson(messages)), id);
      assert.ok(messages[0].content.startsWith(`【任务】medner/${id}\n`), id);
    }
  });

  it('are named with their hashes in the record of the features that a run used', async () => {
    for (const provider of ['offline-lexicon', 'offline-lexicon+validated']) {
      const { record } = await loadFeatures(['患者咳嗽三天。'], { corpus: 'sample', provider });
      assert.deepEqual(Object.keys(record.questions!), record.prompts);
      assert.deepEqual(record.questions, Object.fromEntries(record.prompts.map((id) => [id, kept[id].sha256])));
    }
  });

  it('stay when a version is raised, and are not written over without', async () => {
    const former: PromptFile = { 'keywords@0': { sha256: promptHashes({ a: [] }).a, messages: [] } };
    const file = path.join(scratch({ 'prompts.json': JSON.stringify(former) }), 'prompts.json');
    assert.deepEqual(savePrompts(file), { ...former, ...currentPrompts() });
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), savePrompts(file));
    writeFileSync(file, JSON.stringify({ 'keywords@1': former['keywords@0'] }));
    await refuses(() => savePrompts(file), 'keywords@1 reads otherwise there', 'a new version');
  });
});
