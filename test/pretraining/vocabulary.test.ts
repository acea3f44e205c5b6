import assert from 'node:assert/strict';
import { coverage, subVocabulary, TokenCounts } from '../../lib/pretraining/vocabulary';
import { alwaysSpelt, specialTokens, Tokenizer, Vocabulary } from '../../lib/text';
import { refuses } from '../corpus/scratch';
import { sampleTexts } from '../text/texts';

/** In another order than `alwaysSpelt`, with tokens that no text here uses. */
const full = new Vocabulary([
  '[PAD]', '[unused1]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '[unused2]',
  ...alwaysSpelt(true).reverse(), '肺', '炎', '##炎', '癌', '症', 'ct', '##ct', 'mri', 'β', '膏', '肓',
]);
const always = specialTokens.length + alwaysSpelt(true).length;

function sub(texts: string[], size: number, minCount: number) {
  const counts = new TokenCounts(full);
  for (const text of texts) counts.add(text);
  return subVocabulary(counts, { size, minCount });
}

describe('sub-vocabulary', () => {
  it('holds special tokens, ASCII, marks and what is frequent, in the published order', () => {
    const vocabulary = sub(['肺炎肺癌', 'CT示肺炎 [unused1] β', 'MRI：肺癌 CT'], 1000, 2);
    assert.deepEqual(vocabulary.tokens.slice(0, 6), ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', '℃']);
    assert.deepEqual(vocabulary.tokens.slice(always), ['肺', '炎', '癌', 'ct']);
    const ids = vocabulary.tokens.map((token) => full.find(token)!);
    assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
  });

  it('keeps the most frequent up to its size, the earlier of equals', () => {
    const texts = ['肺肺肺炎炎癌癌症症症'];
    assert.deepEqual(sub(texts, always + 2, 1).tokens.slice(always), ['肺', '症']);
    assert.deepEqual(sub(texts, always + 3, 1).tokens.slice(always), ['肺', '炎', '症']);
    assert.deepEqual(sub(texts, always, 1).size, always);
  });

  it('spells what it lost by shorter pieces', () => {
    const vocabulary = sub(['CT'], always, 1);
    assert.deepEqual(new Tokenizer(vocabulary).encode('CT').map(({ token }) => token), ['c', '##t']);
  });

  it('refuses a size without room for what is always kept', async () => {
    await refuses(() => sub(['肺'], always - 1, 1), `the ${always} special tokens`);
  });

  it('tells how much of a text it can spell', () => {
    const vocabulary = sub(['肺炎'], 1000, 1);
    // 肺 炎 ， and 。 are known; 癌 癌 胃 are not, nor the words that want β and ##β.
    assert.deepEqual(coverage(vocabulary, ['肺炎，癌癌胃。', 'βA aβ']), { tokens: 9, unknown: 5, share: 4 / 9, lost: ['β', '癌', '胃'] });
    assert.equal(coverage(Vocabulary.build(sampleTexts), sampleTexts).share, 1);
    assert.deepEqual(coverage(vocabulary, []), { tokens: 0, unknown: 0, share: 1, lost: [] });
  });
});
