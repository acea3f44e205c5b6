import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cleanPassage, unfitness } from '../../lib/pretraining/clean';
import { anyText } from '../text/texts';

describe('cleaning', () => {
  it('takes out markup, links and invisible characters', () => {
    assert.equal(cleanPassage('<p class="a b" data-x=1>患者<b>发热</b>3天<br/>咳嗽</p><!-- 注 --><script>var x = "<a>";</script>'), '患者 发热 3天 咳嗽');
    assert.equal(cleanPassage('&lt;p&gt;年龄&gt;70&nbsp;岁，TSH&lt;0.01，&#30149;&#x53f2;&copy;'), '年龄>70 岁，TSH<0.01，病史');
    assert.equal(cleanPassage('详见https://a.cn/x?y=1#z。来源www.b.com，转载'), '详见 。来源 ，转载');
    assert.equal(cleanPassage('\u200b肺\u00ad炎\ufeff\u0007\ue123\ufffd\ud800'), '肺炎');
  });

  it('keeps what is no markup', () => {
    for (const text of ['P<0.05，且r>0.3', 'a<b，c>d', 'AT&T', '３８．５℃，ＣＴ①Ⅱ；“反复”', '血压>140/90mmHg']) assert.equal(cleanPassage(text), text);
  });

  it('makes every run of white space one space or one line break', () => {
    assert.equal(cleanPassage('\u3000\t甲 \t 乙\u00a0丙\r\n\r\n 丁\u2028戊\v己\r'), '甲 乙 丙\n丁\n戊\n己');
  });

  it('is done once', () => {
    // Not of decoded entities, which may spell another one.
    fc.assert(fc.property(anyText, (text) => {
      const clean = cleanPassage(text.replaceAll('&', ''));
      assert.equal(cleanPassage(clean), clean);
    }), { numRuns: 1000 });
  });

  it('tells why a passage is unfit', () => {
    assert.equal(unfitness('患者发热咳嗽三天'), null);
    assert.equal(unfitness('患者发热咳嗽三'), 'short');
    assert.equal(unfitness('𠮷'.repeat(8)), null);
    // 8 of 26 characters are 31 %, of 27 they are 29.6 %; white space does not count.
    assert.equal(unfitness(`患者发热咳嗽三天 \n${'x'.repeat(18)}`), null);
    assert.equal(unfitness(`患者发热咳嗽三天${'x'.repeat(19)}`), 'foreign');
  });
});
