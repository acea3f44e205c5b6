import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { textOf } from '../../lib/notebook/notebook-file';
import { findJupyterPython, runNotebooks, selectNotebooks, type NotebookResult, type RunOptions } from '../../lib/notebook/run';
import { chromiumOrSkip, launchChromium, visit } from '../figures/browser';

describe('notebooks in Jupyter', function () {
  this.timeout(900_000);
  let folder: string;
  before(function () {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-notebook-tests-'));
    if (findJupyterPython()) return;
    process.stderr.write('      no Jupyter: npm run setup installs it\n');
    this.skip();
  });
  after(() => rmSync(folder, { recursive: true }));

  function write(name: string, sources: string[], ours?: object): string {
    const file = path.join(folder, `${name}.ipynb`);
    const cells = sources.map((source, i) => ({ cell_type: 'code', id: `c${i}`, metadata: {}, source, outputs: [], execution_count: null }));
    const metadata = { kernelspec: { name: 'tslab', display_name: 'TypeScript (tslab)', language: 'typescript' }, ...(ours && { medner: ours }) };
    writeFileSync(file, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
    return file;
  }

  async function run(files: string[], options: RunOptions = {}): Promise<NotebookResult[]> {
    const results: NotebookResult[] = [];
    for await (const result of runNotebooks(files, { out: path.join(folder, 'html'), ...options })) results.push(result);
    return results.sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file));
  }

  it('keeps every output, and tells every way in which a notebook can fail', async () => {
    const [sound, timer, promise, types, lost, thrown, gone] = await run([
      write('sound', [
        "const name: string = 'x';\nconst count: number = 3000;",
        "import { typeLabel } from './lib/index';\nconst object = { name };\nconsole.log(typeLabel('dis'), object.name);",
        'for (let i = 0; i < count; i++) console.log(i);',
        "import * as tslab from 'tslab';\nfor (let i = 0; i < count; i++) tslab.display.text(`${i}`);",
        "const bytes = Buffer.from('中文');\nprocess.stdout.write(bytes.subarray(0, 2));\nprocess.stdout.write(bytes.subarray(2));",
      ]),
      write('timer', ["setTimeout(() => { throw new RangeError('too late'); }, 300);\n1"]),
      write('promise', ["const later = async () => { await new Promise((r) => setTimeout(r, 200)); throw new TypeError('rejected'); };\nvoid later();", '2']),
      write('types', ["const n: number = 'text';", '3']),
      write('lost', ["void setTimeout(() => console.log('after the end'), 200);"]),
      write('thrown', ["import { readDocuments } from './lib/index';\nreadDocuments('/no/such/file.jsonl');", '4']),
      write('gone', ['process.exit(3);']),
    ], { jobs: 2 });

    assert.deepEqual(sound.problems, []);
    const [, greeting, numbers, displays, chinese] = sound.notebook!.cells.map(({ outputs }) => outputs!);
    assert.equal(textOf(greeting[0].text!), 'dis 疾病 x\n');
    assert.equal(numbers.map(({ text }) => textOf(text!)).join(''), Array.from({ length: 3000 }, (_, i) => `${i}\n`).join(''));
    assert.equal(displays.length, 3000);
    assert.equal(chinese.map(({ text }) => textOf(text!)).join(''), '中文true\n');
    assert.ok(readFileSync(sound.html!, 'utf8').includes('dis 疾病 x'));

    assert.deepEqual(timer.problems, ['code cell 1: RangeError: too late (after cell [1] had ended)']);
    assert.match(promise.problems[0], /^code cell 1: TypeError: rejected \(after cell \[1\] had ended\)/);
    assert.match(types.problems[0], /^code cell 1: TypeScript: 1:7 - Type 'string' is not assignable to type 'number'/);
    assert.equal(types.problems[1], 'code cell 2: not run');
    assert.match(lost.problems.join(), /output lost: the kernel published 14 characters of stdout, the notebook holds 0/);
    assert.match(thrown.problems[0], /^code cell 1: InputError: .*no\/such\/file\.jsonl/);
    assert.equal(thrown.problems[1], 'code cell 2: not run');
    assert.match(gone.problems[0], /Jupyter failed: DeadKernelError/);
  });

  it('those that run at once share the threads; one that measures time has them all, and nobody beside it', async () => {
    const marks = path.join(folder, 'marks');
    const mark = (text: string) => `appendFileSync(${JSON.stringify(marks)}, ${text} + '\\n');`;
    const source = (name: string) => [`import { appendFileSync } from 'node:fs';\n${mark(`'${name} begins ' + (process.env.MEDNER_THREADS ?? 'unset')`)}`, `await new Promise((r) => setTimeout(r, 200));\n${mark(`'${name} ends'`)}`];
    const files = [write('measures', source('measures'), { alone: true }), write('a', source('a')), write('b', source('b'))];
    const results = await run(files, { jobs: 2 });
    assert.deepEqual(results.flatMap(({ problems }) => problems), []);
    const lines = readFileSync(marks, 'utf8').trim().split('\n');
    const given = process.env.MEDNER_THREADS;
    assert.deepEqual(lines.slice(-2), [`measures begins ${given ?? 'unset'}`, 'measures ends']);
    const share = given ?? Math.max(1, Math.floor(availableParallelism() / 2));
    assert.deepEqual(lines.filter((line) => / begins /.test(line)).slice(0, 2).sort(), [`a begins ${share}`, `b begins ${share}`]);
  });

  it('the page of one asks no network, and sets its formulas without scripts', async function () {
    const chromium = chromiumOrSkip(this);
    const file = write('page', ["console.log('printed');"]);
    const notebook = JSON.parse(readFileSync(file, 'utf8')) as { cells: unknown[] };
    notebook.cells.unshift({ cell_type: 'markdown', id: 'm', metadata: {}, source: '# Title\n\nWith *all* $F_1 = \\frac{2PR}{P + R}$, and\n\n$$a_i * b_i * \\sum_{j} c_j$$\n\nend.' });
    writeFileSync(file, JSON.stringify(notebook));
    const [{ problems, html }] = await run([file]);
    assert.deepEqual(problems, []);
    const browser = await launchChromium(chromium);
    try {
      const { page, complaints, requests } = await visit(browser, pathToFileURL(html!).href);
      assert.deepEqual({ complaints, requests }, { complaints: [], requests: [] });
      assert.equal(await page.locator('math').count(), 2);
      assert.equal(await page.locator('math :not(math, mrow, mi, mo, mn, mfrac, msub, munder)').count(), 0);
      assert.equal(await page.locator('math[display=block]').textContent().then((text) => text!.replace(/\s/g, '')), 'ai∗bi∗∑jcj');
      assert.equal(await page.locator('script[src]').count(), 0);
    } finally {
      await browser.close();
    }
  });

  it('a parameter that is not there is refused before anything runs', async () => {
    await assert.rejects(run(selectNotebooks(['01']), { set: { corpse: 'sample' } }), /has no parameter corpse; it has corpus, k/);
  });

  it('01 and 02 run through', async () => {
    const [lengths] = await run(selectNotebooks(['01']));
    assert.deepEqual(lengths.problems, []);
    const [model] = await run(selectNotebooks(['02']), { set: { trainDocuments: '64', epochs: '1' } });
    assert.deepEqual(model.problems, []);
    const displays = model.notebook!.cells.flatMap(({ outputs }) => outputs ?? []).filter(({ output_type: type }) => type === 'display_data');
    // Training shows one display that was updated, not one a step.
    assert.ok(displays.length < 25, `${displays.length} displays`);
  });

  it('16 runs through', async () => {
    const [pretraining] = await run(selectNotebooks(['16']), { set: { trainDocuments: '24', epochs: '1', runs: path.join(folder, 'runs') } });
    assert.deepEqual(pretraining.problems, []);
  });
});
