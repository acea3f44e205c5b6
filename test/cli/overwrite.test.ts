import * as path from 'node:path';
import { refuseToOverwrite } from '../../lib/cli/overwrite';
import { inProject } from '../../lib/common';
import { refuses, removeScratch, scratch } from '../corpus/scratch';

describe('a file to write', () => {
  const before = process.env.MEDNER_DATA;
  const folder = process.cwd();
  afterEach(() => {
    process.chdir(folder);
    if (before === undefined) delete process.env.MEDNER_DATA;
    else process.env.MEDNER_DATA = before;
  });
  after(removeScratch);

  it('is never what the command reads, by whatever path that is called', async () => {
    const options = { read: 'the corpus itself', place: 'file', force: true } as const;
    const corpora = scratch({ 'own/train.jsonl': '' });
    process.env.MEDNER_DATA = corpora;
    process.chdir(corpora);
    for (const [file, source] of [
      ['own/train.jsonl', path.join(corpora, 'own', '..', 'own', 'train.jsonl')],
      ['own/train.jsonl', '$MEDNER_DATA/own/train.jsonl'],
      [inProject('data', 'sample', 'train.jsonl'), 'data/sample/train.jsonl'],
    ]) {
      await refuses(() => refuseToOverwrite(file, { ...options, sources: ['other.jsonl', source] }), 'train.jsonl is the corpus itself; name another file');
    }
    refuseToOverwrite('own/train.jsonl', { ...options, sources: ['own/dev.jsonl'] });
  });
});
