import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { InputError } from '../../lib/common';
import { Tokenizer, Vocabulary } from '../../lib/text';
import { buildSampleVocabulary, sampleVocabularyFile } from '../../lib/text/build-vocabulary';
import { sampleTexts } from './texts';

describe('Vocabulary', () => {
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  let folder: string;
  before(() => { folder = mkdtempSync(path.join(tmpdir(), 'vocabulary-')); });
  after(() => rmSync(folder, { recursive: true }));
  const file = (content: string) => {
    const name = path.join(folder, 'vocab.txt');
    writeFileSync(name, content);
    return name;
  };

  it('is built by frequency, then by code point', () => {
    const { tokens } = Vocabulary.build(['肺炎、肺癌。ct CT b1', 'CT'], { wordCount: 3 });
    assert.deepEqual(tokens.slice(0, 5), special);
    assert.deepEqual(tokens.slice(5, 16), ['##t', 'c', 'ct', '肺', '##1', 'b', '、', '。', '炎', '癌', '!']);
  });

  it('spells every character of its texts', () => {
    const tokenizer = new Tokenizer(Vocabulary.build(sampleTexts));
    for (const text of [...sampleTexts, 'zebra~`^{}|42']) {
      assert.ok(tokenizer.encode(text).every((token) => token.token !== '[UNK]'), text);
    }
  });

  it('is the same however often it is built, and when saved and read', () => {
    const built = Vocabulary.build(sampleTexts);
    const name = path.join(folder, 'saved.txt');
    built.save(name);
    assert.deepEqual(Vocabulary.fromFile(name).tokens, built.tokens);
    assert.deepEqual(Vocabulary.build(sampleTexts).tokens, built.tokens);
    assert.equal(readFileSync(name, 'utf8').split('\n').length, built.size + 1);
  });

  it('reads a file with CRLF line ends and a byte order mark', () => {
    const vocabulary = Vocabulary.fromFile(file('\ufeff' + [...special, '肺'].join('\r\n') + '\r\n'));
    assert.deepEqual([vocabulary.size, vocabulary.id('肺'), vocabulary.id('炎'), vocabulary.pad, vocabulary.mask], [6, 5, 1, 0, 4]);
  });

  it('refuses a repeated token, a file that is no vocabulary, and a missing file', () => {
    assert.throws(() => Vocabulary.fromFile(file([...special, '肺', '炎', '肺', ''].join('\n'))), (error: Error) =>
      error instanceof InputError && /vocab\.txt: line 8 repeats the token "肺" of line 6/.test(error.message));
    assert.throws(() => Vocabulary.fromFile(file('肺\n炎\n')), /no line is \[PAD\]/);
    assert.throws(() => Vocabulary.fromFile(path.join(folder, 'none.txt')), InputError);
  });

  it('of the embedded corpus is the one that its script builds', () => {
    const committed = readFileSync(sampleVocabularyFile, 'utf8');
    assert.equal(buildSampleVocabulary().tokens.map((token) => `${token}\n`).join(''), committed, 'run: npx tsx lib/text/build-vocabulary.ts');
  });
});
