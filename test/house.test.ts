import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { inProject } from '../lib/common';

/** The library's folders, each above those that it may import from; those of a line know each other. */
const storeys = [
  ['common'],
  ['corpus', 'text', 'backend'],
  ['layers', 'evaluation', 'augment', 'llm'],
  ['models'],
  ['training', 'figures'],
  ['experiments'],
  ['pretraining', 'demo', 'notebook'],
  ['cli'],
];

describe('the house', () => {
  const files = (readdirSync(inProject('lib'), { recursive: true }) as string[]).filter((name) => name.endsWith('.ts') && !name.startsWith('setup/'));
  const storeyOf = (file: string): number => storeys.findIndex((storey) => storey.includes(file.split(path.sep)[0]));

  it('has a storey for each folder of lib', () => {
    const folders = new Set(files.filter((file) => file.includes(path.sep)).map((file) => file.split(path.sep)[0]));
    assert.deepEqual([...folders].sort(), storeys.flat().sort());
  });

  it('imports downwards only, as CONTRIBUTING says', () => {
    const upwards = files.filter((file) => file !== 'index.ts').flatMap((file) => {
      const imports = [...readFileSync(inProject('lib', file), 'utf8').matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map(([, to]) => path.join(path.dirname(file), to));
      return imports.filter((to) => storeyOf(to) > storeyOf(file)).map((to) => `${file} imports ${to}`);
    });
    assert.deepEqual(upwards, []);
  });
});
