import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { writeJsonl, type Document } from '../../lib/corpus';
import { findJupyterPython, runNotebooks, selectNotebooks } from '../../lib/notebook/run';
import { tiny } from '../experiments/corpus';

const diseases = ['胃炎', '慢性胃炎', '肺炎', '大叶性肺炎', '肾炎', '急性肾小球肾炎', '糖尿病'];
const drugs = ['青霉素', '阿司匹林', '胰岛素', '头孢'];
const organs: Record<string, string> = { 胃: '胃炎', 肺: '肺炎', 肾: '肾炎' };

/** One sentence made of a disease, the organ named in it, and a drug. */
function sentence(id: string, i: number, disease: string): Document {
  const parts = [`患者${20 + (i % 60)}岁，诊断为`, disease, '，予', drugs[i % drugs.length], `治疗${1 + (i % 9)}天。`];
  const at = parts.map((_, part) => parts.slice(0, part).join('').length);
  const entities = [{ start: at[1], end: at[2], type: 'dis' }, { start: at[3], end: at[4], type: 'dru' }];
  const organ = Object.keys(organs).find((name) => disease.includes(organs[name]));
  if (organ && disease.length > 2) {
    const start = at[1] + disease.indexOf(organ);
    entities.push({ start, end: start + 1, type: 'bod' });
  }
  return { id, text: parts.join(''), entities };
}

/** A corpus that models of seconds learn something of: 96 documents, and 16 each for tuning and scores, some with a disease that training lacks. */
function writeCorpus(folder: string): void {
  for (const [split, documents] of Object.entries({ train: 96, dev: 16, test: 16 })) {
    const own = split === 'test' ? [...diseases, '支气管肺炎'] : diseases;
    writeFileSync(path.join(folder, `${split}.jsonl`), writeJsonl(Array.from({ length: documents }, (_, i) => sentence(`${split}-${i}`, i + 7 * split.length, own[(3 * i) % own.length]))));
  }
}

describe('the notebooks of paper B', function () {
  this.timeout(900_000);
  let folder: string;
  let common: Record<string, string>;
  before(function () {
    folder = mkdtempSync(path.join(tmpdir(), 'medner-notebook-b-'));
    writeCorpus(folder);
    const set = [...tiny, 'training.learningRate.encoder=0.005', 'training.learningRate.head=0.02'].join(',');
    common = { corpus: folder, set, runs: path.join(folder, 'runs') };
    if (findJupyterPython()) return;
    process.stderr.write('      no Jupyter: npm run setup installs it\n');
    this.skip();
  });
  after(() => rmSync(folder, { recursive: true }));

  async function runsThrough(numbers: string[], set: Record<string, string>): Promise<string> {
    let text = '';
    for await (const { file, problems, notebook } of runNotebooks(selectNotebooks(numbers), { out: path.join(folder, 'html'), set })) {
      assert.deepEqual(problems, [], path.basename(file));
      text += JSON.stringify(notebook!.cells.map(({ outputs }) => outputs));
    }
    return text;
  }

  it('00: a quick start', async () => {
    await runsThrough(['00'], common);
  });

  it('08, 04, 05 and 03: comparisons over seeds, on one set of runs', async () => {
    const told = await runsThrough(['08', '04', '05', '03'], common);
    assert.match(told, /4 runs: [01] read back, [34] made/); // 00 may have made one
    assert.match(told, /14 runs: [4-9] read back, [5-9]|14 runs: [4-9] read back, 10 made/); // 04 finds those of 08
    assert.match(told, /leakage: the instance source a careless model gave/);
  });

  it('06: the band', async () => {
    await runsThrough(['06'], { ...common, windows: '32,64', k: '20' });
  });

  it('07: a short measurement', async () => {
    const { corpus, set } = common;
    await runsThrough(['07'], { corpus, set, rounds: '2' });
  });

  it('14: the audit, which takes no corpus', async () => {
    await runsThrough(['14'], { paper: 'B' });
  });

  it('15: a corpus of its own', async () => {
    const { set, runs } = common;
    await runsThrough(['15'], { set, runs, trainDocuments: '48', epochs: '1', file: path.join(folder, 'train.jsonl') });
  });

  it('a profile that there is not is refused before anything runs', async () => {
    await assert.rejects(runsThrough(['04'], { profile: 'smal' }), /04-comparison-b\.ipynb, --set profile=smal: expected one of quick, small, paper/);
  });
});
