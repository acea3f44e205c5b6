import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { inProject } from '../../lib/common';
import { findRecord } from '../../lib/experiments';

const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(inProject('docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
const read = (page: string): string => readFileSync(inProject(page), 'utf8');

describe('documentation', () => {
  for (const page of pages) {
    it(`${page}: every file that it links or shows is there`, () => {
      const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter((link) => !/^(https?:|#)/.test(link));
      assert.ok(links.length > 0 || page === 'CONTRIBUTING.md');
      for (const link of links) assert.ok(existsSync(path.resolve(path.dirname(inProject(page)), link.replace(/#.*/, ''))), link);
    });
  }

  it('not-reproduced: what stands beside a table stands in it', () => {
    const rows = read('docs/not-reproduced.md').split('\n').filter((line) => /^\|.*\]\(\.\.\/results\/[^)]+\.md\) \|$/.test(line));
    assert.ok(rows.length >= 6);
    for (const row of rows) {
      const table = readFileSync(path.resolve(inProject('docs'), /\]\(([^)]+)\) \|$/.exec(row)![1]), 'utf8');
      const here = row.split('|').at(-3)!;
      const numbers = here.match(/\d+\.\d{2,4}( ± \d+\.\d{2})?/g) ?? [];
      assert.ok(numbers.length > 0 || /one and the same/.test(here), row);
      for (const number of numbers) assert.ok(table.includes(number), `${number}: ${row}`);
    }
  });

  it('not-reproduced: the counts of the audit are those of its table', () => {
    const [inconsistent, checked] = /: (\d+) of (\d+) checked/.exec(read('results/paper-audit/paper-audit.md'))!.slice(1);
    assert.ok(read('docs/not-reproduced.md').includes(`${inconsistent} of ${checked} figures`));
  });

  it('reviewers: the run that it verifies is recorded', () => {
    const key = /medner verify (\w+)/.exec(read('docs/reviewers.md'))![1];
    const { config: { variant, seed } } = findRecord(key);
    assert.deepEqual([variant, seed], ['da-rw-egp', 0]);
  });
});
