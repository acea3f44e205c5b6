import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { inProject } from '../../lib/common';
import { findRecord } from '../../lib/experiments';

const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(inProject('docs')).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)];
const read = (page: string): string => readFileSync(inProject(page), 'utf8');

/** Whether a number stands in a text by itself: 0.03 is no part of 10.03 and 1.5 none of 1.52. */
const holds = (text: string, number: string): boolean => new RegExp(`(?<![\\d.])${number.replaceAll('.', '\\.')}(?!\\.?\\d)`).test(text);

/** Numbers with two to four decimals, with their deviation where they have one. */
const decimals = /\d+\.\d{2,4}( ± \d+\.\d{2,4})?/g;

/** What a page links of a folder, as text. */
const linked = (page: string, text: string): string =>
  [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter((link) => /(^|\/)results\/[^)]+\.md$/.test(link))
    .map((link) => readFileSync(path.resolve(path.dirname(inProject(page)), link), 'utf8')).join('\n');

/** The sentences of a page's paragraphs and lists, its tables and code left out, each on one line. */
function sentences(page: string): string[] {
  const blocks = read(page).replace(/```[^]*?```/g, '').split('\n').filter((line) => !/^(\||#| {4})/.test(line)).join('\n').split(/\n(?=- )|\n{2,}/);
  return blocks.flatMap((block) => block.replace(/\s+/g, ' ').split(/(?<=[.:;])\)? (?=[A-Z-])/));
}

describe('documentation', () => {
  it('numbers are looked for whole', () => {
    for (const [text, number, expected] of [
      ['10.03', '0.03', false], ['−0.03 |', '0.03', true], ['1.52', '1.5', false], ['1.5.', '1.5', true], ['84.22 ± 0.89', '84.22 ± 0.89', true], ['84x22', '84.22', false], ['1.5.2', '1.5', false],
    ] as const) assert.equal(holds(text, number), expected, `${number} in ${text}`);
  });

  for (const page of pages) {
    it(`${page}: numbers in a sentence that links a table of results stand in that table`, () => {
      const told = sentences(page).filter((sentence) => linked(page, sentence) !== '');
      const checked = told.flatMap((sentence) => (sentence.match(decimals) ?? []).map((number) => {
        assert.ok(holds(linked(page, sentence), number), `${number}: ${sentence}`);
        return number;
      }));
      const least = { 'README.md': 4, 'docs/not-reproduced.md': 8 }[page] ?? 0;
      assert.ok(checked.length >= least, `${checked.length} numbers`);
    });
  }

  for (const page of pages) {
    it(`${page}: every file that it links or shows is there`, () => {
      const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter((link) => !/^(https?:|#)/.test(link));
      assert.ok(links.length > 0 || page === 'CONTRIBUTING.md');
      for (const link of links) assert.ok(existsSync(path.resolve(path.dirname(inProject(page)), link.replace(/#.*/, ''))), link);
    });
  }

  for (const page of ['README.md', 'docs/not-reproduced.md']) {
    it(`${page}: what stands beside a table stands in it`, () => {
      const rows = read(page).split('\n').filter((line) => /^\|.*\]\((\.\.\/)?results\/[^)]+\.md\) \|$/.test(line));
      assert.ok(rows.length >= 6);
      for (const row of rows) {
        const here = row.split('|').at(-3)!;
        const numbers = here.match(decimals) ?? [];
        assert.ok(numbers.length > 0 || /one and the same|recomputed/.test(here), row);
        for (const number of numbers) assert.ok(holds(linked(page, row), number), `${number}: ${row}`);
      }
    });
  }

  it('README: the table it prints is the committed one', () => {
    const table = read('results/b-comparison/sample-quick.md').split('\n');
    const shown = read('README.md').split('\n').filter((line) => line.startsWith('|') && line.split('|').length === table[2].split('|').length);
    assert.equal(shown.length, 9);
    for (const line of shown) assert.ok(table.includes(line), line);
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

  it('library: its program runs, and its table names every module of the reference', function () {
    this.timeout(120_000);
    const page = read('docs/library.md');
    const folder = mkdtempSync(path.join(tmpdir(), 'medner-library-'));
    try {
      const program = page.split('```ts\n')[1].split('```')[0].replace("'./lib/index'", JSON.stringify(inProject('lib', 'index'))).replace('run(config)', `run(config, { runs: ${JSON.stringify(folder)} })`);
      writeFileSync(path.join(folder, 'program.ts'), program);
      const { stdout, stderr, status } = spawnSync(process.execPath, ['--import', 'tsx', path.join(folder, 'program.ts')], { cwd: inProject(), encoding: 'utf8' });
      assert.equal(status, 0, stderr);
      const [first, ...entities] = stdout.split('\n');
      assert.match(first, /^[0-9a-f]{12} 0\.[1-9]\d*$/);
      assert.match(entities.join('\n'), /start: \d+, end: \d+, type: '[a-z]{3}', score: \d/);
    } finally {
      rmSync(folder, { recursive: true });
    }
    const told = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name).sort();
    assert.deepEqual(told, readdirSync(inProject('lib')).filter((name) => existsSync(inProject('lib', name, 'index.ts'))).sort());
  });
});
