/** Writes data/sample anew, byte for byte what is committed: `node --require tsx/cjs lib/corpus/sample/generate.ts` */
import { inProject, writeFileAtomic } from '../../common';
import { splitNames } from '../types';
import type { Document } from '../types';
import { buildSample } from './build';
import type { Sample } from './build';

/** File name under data/sample and content. */
export function sampleFiles(sample: Sample): Map<string, string> {
  const files = new Map(splitNames.map((split) => [`${split}.jsonl`, sample.splits[split].map(line).join('')]));
  return files.set('unlabelled.txt', sample.unlabelled.map((text) => `${text}\n`).join(''));
}

function line({ id, text, entities }: Document): string {
  return JSON.stringify({ id, text, entities: entities.map(({ start, end, type }) => ({ start, end, type })) }) + '\n';
}

if (require.main === module) {
  for (const [name, content] of sampleFiles(buildSample())) {
    writeFileAtomic(inProject('data', 'sample', name), content);
    process.stderr.write(`data/sample/${name}: ${Buffer.byteLength(content)} bytes\n`);
  }
}
