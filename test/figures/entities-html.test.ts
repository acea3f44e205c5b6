import assert from 'node:assert/strict';
import { entitiesHtml, entitiesPage } from '../../lib/figures';

const strip = (html: string) => html.replace(/<style>[\s\S]*?<\/style>/, '').replace(/<b [^>]*>.*?<\/b>/g, '').replace(/^[\s\S]*<p>/, '').replace(/<\/p>[\s\S]*/, '').replace(/<[^>]+>/g, '');

describe('entities as HTML', () => {
  const text = '急性𠮷呼吸道感染伴发热';

  it('keeps the text, and underlines a piece once for each entity over it', () => {
    const html = entitiesHtml([{ id: '1', text, entities: [{ start: 0, end: 8, type: 'dis' }, { start: 3, end: 6, type: 'bod', score: 2.345 }] }]);
    assert.equal(strip(html), text);
    const piece = /<mark[^>]*>(?:<b [^>]*>[^<]*<\/b>)*呼吸道<\/mark>/.exec(html)?.[0] ?? '';
    assert.equal(piece.match(/linear-gradient/g)?.length, 2);
    assert.match(piece, /bod 2\.3/);
    assert.match(piece, /\[3, 6\), score 2\.35/);
  });

  it('crossing entities lie in lanes of their own', () => {
    const html = entitiesHtml([{ id: '1', text, entities: [{ start: 0, end: 5, type: 'dis' }, { start: 3, end: 8, type: 'dis' }] }]);
    const shared = /<mark[^>]*>(?:<b [^>]*>[^<]*<\/b>)*呼吸<\/mark>/.exec(html)?.[0] ?? '';
    assert.match(shared, /100% - 0px/);
    assert.match(shared, /100% - 5px/);
  });

  it('escapes text, ids, types and titles', () => {
    const html = entitiesPage([{ id: '<i>', text: '<script>x</script>', entities: [{ start: 0, end: 8, type: '"><img src=x>' }] }], '<title>');
    assert.ok(!/<script|<img|<i>/.test(html));
  });
});
