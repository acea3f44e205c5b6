import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { InputError, inProject } from '../../lib/common';
import { plotlyFile } from '../../lib/figures/html';
import { writeReport } from '../../lib/figures/report';
import { collectSections } from '../../lib/figures/report/collect';
import { checklist } from '../../lib/figures/report/checklist';
import { distinctHeaders, verdictHtml } from '../../lib/figures/report/table';
import { examples } from '../figures/examples';
import { hostile, record, writeResults } from './results';

describe('report', () => {
  let folder: string;
  let html: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-report-'));
    html = readFileSync(writeReport(writeResults(folder)).file, 'utf8');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('is refused where there is nothing to show, and where a result is torn', () => {
    assert.throws(() => writeReport({ results: path.join(folder, 'none'), figures: folder }), InputError);
    for (const [name, said] of [['x', /y\.json: expected JSON.*run the experiment again/], ['length-counts', /y\.json: expected JSON/]] as const) {
      const torn = path.join(folder, `torn-${name}`, name);
      mkdirSync(torn, { recursive: true });
      writeFileSync(path.join(torn, 'y.json'), '{"experiment":');
      assert.throws(() => writeReport({ results: path.dirname(torn), figures: folder }), said);
    }
  });

  it('equal results give equal bytes, and the size it tells is the file\'s', () => {
    const { file, sections, bytes } = writeReport(writeResults(folder));
    assert.equal(readFileSync(file, 'utf8'), html);
    assert.deepEqual([sections, bytes], [4, Buffer.byteLength(html)]);
  });

  it('escapes what corpora, models and papers say, and names nothing outside itself', () => {
    assert.ok(!html.includes(hostile) && !/onerror=alert\(1\)>/.test(html));
    // Plotly is packed text here, so that every address that stands in the page would be the page's own.
    assert.deepEqual(html.match(/(?:src|href)="(?!data:|#)[^"]*"/g), null);
    assert.ok(!/@import|url\((?!data:)/.test(html));
    const packed = /id="plotly">([^<]*)</.exec(html)![1];
    assert.equal(gunzipSync(Buffer.from(packed, 'base64')).toString('utf8'), readFileSync(plotlyFile(), 'utf8'));
  });

  it('tells the command of every experiment; one without a corpus says neither corpus nor profile', () => {
    assert.ok(html.includes('<code>npx medner experiment b-comparison --corpus sample --profile quick --seeds 0,1</code>'));
    assert.ok(html.includes('<code>npx medner experiment paper-audit</code>'));
    assert.ok(!html.replace(/<script[\s\S]*?<\/script>/g, '').includes('undefined'));
  });

  it('results of one experiment that differ by what was set are told apart, each with its own command', () => {
    const results = path.join(folder, 'set', 'results');
    mkdirSync(path.join(results, 'b-comparison'), { recursive: true });
    const stored = { experiment: 'b-comparison', corpus: 'cmeee-v2', profile: 'small', seeds: [0], tables: [{ title: 'F1', columns: [{ header: 'model' }], rows: [['BERT']], footnotes: [] }] };
    const command = (epochs: number): string => `npx medner experiment b-comparison --corpus cmeee-v2 --profile small --seeds 0 --set training.epochs=${epochs}`;
    for (const epochs of [4, 5]) {
      writeFileSync(path.join(results, `b-comparison/cmeee-v2-small-epochs-${epochs}.json`), JSON.stringify({ ...stored, set: [`training.epochs=${epochs}`], command: command(epochs) }));
    }
    // From before results told what was set.
    writeFileSync(path.join(results, 'b-comparison/cmeee-v2-small.json'), JSON.stringify(stored));
    const page = readFileSync(writeReport({ results, figures: folder }).file, 'utf8');
    for (const told of ['id="b-comparison.cmeee-v2-small-epochs-4"', 'id="b-comparison.cmeee-v2-small-epochs-5"', 'id="b-comparison.cmeee-v2-small"', `<code>${command(4)}</code>`, `<code>${command(5)}</code>`]) {
      assert.equal(page.split(told).length, 2, told);
    }
    assert.ok(page.includes('<code>npx medner experiment b-comparison --corpus cmeee-v2 --profile small --seeds 0</code>'));
    // In the contents, the head of the section and the overview.
    assert.ok(page.split('small, epochs-4').length >= 4);
  });

  it('stands in the papers\' order: tables, figures and sections by number, then what is of neither paper', () => {
    const results = path.join(folder, 'order', 'results');
    const titles = {
      'a-one': 'Paper A, Table 5: sample', 'b-one': 'Paper B, Fig. 7: sample', 'b-two': 'Paper B, Table 10: sample', 'c-one': 'Lengths', 'd-one': 'Paper B, Tables 3 and 4: sample', 'e-one': 'Paper B, section 5.1: sample',
    };
    for (const [experiment, title] of Object.entries(titles)) {
      mkdirSync(path.join(results, experiment), { recursive: true });
      const table = { title, columns: [{ header: 'model' }], rows: [['BERT']], footnotes: [] };
      writeFileSync(path.join(results, experiment, 'sample-quick.json'), JSON.stringify({ experiment, corpus: 'sample', profile: 'quick', seeds: [0], tables: [table], command: `npx medner experiment ${experiment}` }));
    }
    const page = readFileSync(writeReport({ results, figures: folder }).file, 'utf8');
    const contents = /<nav class="contents"[^]*?<\/nav>/.exec(page)![0];
    assert.deepEqual([...contents.matchAll(/<p>(.*?)<\/p>|#([a-z]-one|[a-z]-two)\./g)].map(([, group, name]) => group ?? name),
      ['Paper B', 'd-one', 'b-two', 'b-one', 'e-one', 'Paper A', 'a-one', 'Of neither paper', 'c-one']);
    assert.deepEqual([...page.matchAll(/<section id="([a-z]-[a-z]+)\./g)].map(([, name]) => name), ['d-one', 'b-two', 'b-one', 'e-one', 'a-one', 'c-one']);
    assert.ok(contents.includes('<small>Tables 3 and 4: sample, quick</small>'));
  });

  it('a diagram stays its picture, at its own width; a result tells its own subject and command', () => {
    const [results, figures] = ['results', 'figures'].map((name) => path.join(folder, 'diagram', name));
    for (const root of [results, figures]) mkdirSync(path.join(root, 'architecture'), { recursive: true });
    const stored = { experiment: 'architecture', corpus: 'sample', profile: 'quick', tables: [{ title: 'Parts', columns: [{ header: 'part' }], rows: [['encoder']], footnotes: [] }] };
    for (const subject of ['one', 'two']) {
      writeFileSync(path.join(results, `architecture/${subject}.json`), JSON.stringify({ ...stored, subject, command: `npx medner figures architecture ${subject}` }));
      writeFileSync(path.join(figures, `architecture/${subject}.json`), JSON.stringify(examples.modelArchitecture()));
      writeFileSync(path.join(figures, `architecture/${subject}.svg`), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    }
    const drawn = (): string => readFileSync(writeReport({ results, figures }).file, 'utf8');
    const page = drawn();
    const { width } = examples.modelArchitecture();
    assert.equal(page.split(`style="min-width:${width}px;max-width:${width}px"`).length, 3);
    assert.ok(!page.includes('id="plotly"') && !page.includes('Interactive') && !page.includes('class="plot"'));
    assert.ok(page.includes('id="architecture.one"') && page.includes('<code>npx medner figures architecture two</code>') && page.includes('>architecture of one<'));
    // Without its picture the page draws it.
    rmSync(path.join(figures, 'architecture/one.svg'));
    assert.ok(drawn().includes('id="plotly"') && drawn().split('class="plot"').length === 2);
  });

  it('a row leads to its runs by its label in every table, or by its place where rows have none; each run stands once', () => {
    const linked = (row: RegExp): string[] => [...(row.exec(html)?.[0] ?? '').matchAll(/href="#run-(\w+)"/g)].map(([, key]) => key);
    assert.deepEqual(linked(/<tr><th scope="row">RW-EGP<\/th><td class="number">71.*/), ['abc123', 'def456']);
    assert.deepEqual(linked(/<tr><th scope="row">RW-EGP<\/th><td class="number">60.*/), ['abc123', 'def456']);
    assert.deepEqual(linked(/<tr><th scope="row">BERT<\/th><td class="number">9.*/), []);
    // Runs whose records are not beside this table, but beside another.
    assert.deepEqual(linked(/<tr><th scope="row">k = 5<\/th>.*/), ['def456']);
    for (const key of ['abc123', 'def456']) assert.equal(html.split(`<details id="run-${key}"`).length, 2);
  });

  it('a row of two models names them beside its links, and has no heat map of both together', () => {
    const results = path.join(folder, 'two', 'results');
    mkdirSync(path.join(results, 'b-significance'), { recursive: true });
    const of = (key: string, seed: number, variant: string): object => {
      const plain = record(key, seed);
      return { ...plain, config: { ...plain.config, variant }, breakdown: { cells: { 'dis/short/flat': { tp: 3, fp: 1, fn: 1 } } } };
    };
    const runs = [of('aa', 0, 'rw-egp'), of('bb', 0, 'bert'), of('cc', 1, 'bert')];
    const heat = '<summary>F1 by type and length class of each row</summary>';
    const page = (keys: string[]): string => {
      const table = { title: 'Table 5', columns: [{ header: '' }], rows: [['ours'], ['paper']], footnotes: [] };
      writeFileSync(path.join(results, 'b-significance/x.json'), JSON.stringify({ experiment: 'b-significance', tables: [table], rows: [{ label: 'ours', runs: keys.map((key) => ({ key })) }] }));
      writeFileSync(path.join(results, 'b-significance/x.records.jsonl'), runs.map((run) => `${JSON.stringify(run)}\n`).join(''));
      return readFileSync(writeReport({ results, figures: folder }).file, 'utf8');
    };
    const both = page(['aa', 'bb', 'cc']);
    assert.deepEqual([...both.matchAll(/<a href="#run-(\w+)" aria-label="([^"]+)">([^<]+)<\/a>/g)].map((match) => match.slice(1)), [
      ['aa', 'rw-egp, seed 0', 'rw-egp\u00a00'], ['bb', 'bert, seed 0', 'bert\u00a00'], ['cc', 'bert, seed 1', 'bert\u00a01'],
    ]);
    assert.ok(!both.includes(heat) && page(['bb', 'cc']).includes(heat));
  });

  it('the rows of every committed table that has records lead to runs, ours at least', () => {
    const trained = collectSections(inProject('results'), inProject('figures')).filter(({ records }) => records.length > 0);
    assert.ok(trained.length > 10);
    for (const { experiment, base, tables: [{ rows }], runsOfRows: [runs], records } of trained) {
      const known = new Set(records.map(({ key }) => key));
      const linked = rows.filter((_, i) => runs[i].length > 0 && runs[i].every((key) => known.has(key)));
      assert.ok(linked.length > 0, `${experiment}/${base}`);
      // Quoted rows, and those that nobody has run, have none.
      if (!/direct|choice|validation|significance|traditional/.test(experiment)) assert.equal(linked.length, rows.length, `${experiment}/${base}`);
    }
  });

  it('a run tells its facts and configuration, and what its record does not hold', () => {
    const run = (key: string): string => new RegExp(`<details id="run-${key}".*?</details></div></details>`, 's').exec(html)![0];
    const fact = (key: string, name: string): string => new RegExp(`<dt>${name}</dt><dd[^>]*>(.*?)</dd>`).exec(run(key))![1].replace(/<[^>]+>/g, '');
    assert.equal(fact('abc123', 'backend'), 'torch on cpu, 2 threads (torch 2.13)');
    assert.equal(fact('abc123', 'time'), 'training 12.0 s');
    assert.equal(fact('abc123', 'training.epochs'), '2');
    assert.equal(fact('abc123', 'scored'), `test, 240 documents, 1,413 entities; ids ${'1d'.repeat(32)} content ${'2e'.repeat(32)}`);
    assert.equal(fact('abc123', 'predictions'), 'ab'.repeat(32));
    assert.equal(fact('def456', 'predictions'), 'not recorded');
    assert.equal(fact('def456', 'splits'), 'not recorded');
    assert.match(fact('def456', 'commit'), /with uncommitted changes$/);
  });

  it('the checklist adds up what records tell and says what none or only some do', () => {
    const { rows } = checklist([record('a', 0), record('b', 1)], 'x');
    const item = (name: string): string[] => rows.find(([first]) => first === name)!.slice(1);
    assert.deepEqual(item('Seeds'), ['in every run', '0, 1']);
    assert.deepEqual(item('Compute: time of training'), ['in every run', '36.0 s in all, 24.0 s the longest run']);
    assert.deepEqual(item('Model: starting weights'), ['in every run', 'data/models/medner-mini']);
    assert.deepEqual(item('Result: hash of the predictions'), ['in 1 of 2 runs', 'ab'.repeat(6)]);
    assert.deepEqual(item('Compute: energy'), ['not recorded', '–']);
    assert.deepEqual(item('Data: corpus and parts'), ['in 1 of 2 runs', 'scored 240 documents, 1,413 entities (test)']);
  });

  it('the paper\'s columns are named apart from ours, and verdicts carry a mark beside their colour', () => {
    assert.deepEqual(distinctHeaders(['P', 'F1', 'paper (CMeEE-V2) P', 'R', 'F1', 'seeds']), ['P', 'F1', 'paper (CMeEE-V2) P', 'R', 'paper F1', 'seeds']);
    const kinds = ['reproduced', 'agrees: same direction', '1.20 below the paper', 'disagrees: opposite direction', 'opposite direction (one seed)', 'no clear difference', 'below BERT', 'same runs as BERT', 'no difference'];
    assert.deepEqual(kinds.map((verdict) => /verdict (\w+)/.exec(verdictHtml(verdict))![1]), ['good', 'good', 'bad', 'bad', 'bad', 'open', 'open', 'open', 'open']);
  });

  it('audits are told in percent with the decimals printed, counts as they are', () => {
    const row = (name: string): string[] => [...new RegExp(`<tr data-paper[^>]*>(?:(?!</tr>).)*<td>${name}</td>.*?</tr>`).exec(html)![0].matchAll(/<td class="number">([^<]*)/g)].map(([, cell]) => cell);
    assert.deepEqual(row('BERT'), ['69.96', '69.995 to 70.005']);
    assert.deepEqual(row('seven'), ['7', '7']);
  });

  it('a bench without a peer has no ratio', () => {
    assert.match(html, /16×128<\/th><td>ms a step<\/td><td class="number">1,235<\/td><td class="number">5,000<\/td><td class="number">4.05<\/td><td class="number">2 %/);
    assert.match(html, /alone<\/th><td>ms a step<\/td><td class="number">0.1235<\/td><td class="number">–<\/td><td class="number">–/);
  });
});
