import assert from 'node:assert/strict';
import { InputError } from '../../lib/common';
import type { Document } from '../../lib/corpus';
import { ScoredDocuments } from '../../lib/augment/scored';
import { normalForm } from '../../lib/text/normal-form';

const scored: Document[] = [
  { id: 'dev-1', text: '患者因反复咳嗽３天入院，诊断为支原体肺炎。', entities: [{ start: 5, end: 7, type: 'sym' }, { start: 15, end: 20, type: 'dis' }] },
  { id: 'dev-2', text: '无殊', entities: [] },
];

describe('the guard of scored documents', () => {
  it('compares letters and digits only, whatever their width and case', () => {
    assert.equal(normalForm(' ＣＴ：３ mm，\n'), 'ct3mm');
    const guard = new ScoredDocuments(scored);
    assert.equal(guard.heldBy('患者因反复咳嗽3天入院 诊断为支原体肺炎')?.id, 'dev-1');
    assert.equal(guard.heldBy('病例二：患者因反复咳嗽3天入院，诊断为支原体肺炎，予抗感染。')?.id, 'dev-1');
    assert.equal(guard.heldBy('患者因反复咳嗽3天入院'), undefined);
    // A short text is looked for as a whole only.
    assert.equal(guard.heldBy('无殊。')?.id, 'dev-2');
    assert.equal(guard.heldBy('复查无殊'), undefined);
    assert.equal(guard.withSentence('患者因反复咳嗽3天入院，诊断为支原体肺炎！')?.id, 'dev-1');
  });

  it('knows the mentions that neither training texts nor lexicons have', () => {
    const guard = new ScoredDocuments(scored);
    guard.learn([{ id: 'a', text: '小儿支原体肺炎的护理', entities: [] }], []);
    assert.deepEqual([guard.ownMentions, guard.owner('支原体肺炎'), guard.owner('咳嗽')?.id], [1, undefined, 'dev-1']);
    guard.learn([], ['咳嗽']);
    assert.deepEqual([guard.owner('支原体肺炎')?.id, guard.owner('咳嗽')], ['dev-1', undefined]);
  });

  it('stops on a text, a marked mention or a dictionary term that gives a scored document away, naming both', () => {
    const guard = new ScoredDocuments(scored);
    guard.learn([], []);
    const refused = (made: Document[], terms: string[], ...told: RegExp[]) => assert.throws(() => guard.refuseLeaks(made, terms), (error: Error) => error instanceof InputError && told.every((part) => part.test(error.message)));
    refused([{ id: 'remote-1', text: `【病例】${scored[0].text}`, entities: [] }], [], /remote-1/, /dev-1/);
    refused([{ id: 'joining-3:a', text: '咳嗽', entities: [{ start: 0, end: 2, type: 'sym' }] }], [], /joining-3:a marks "咳嗽" \(sym\)/, /dev-1/);
    refused([], ['肺炎', '支原体肺炎'], /"支原体肺炎"/, /dev-1/);
    guard.refuseLeaks([{ id: 'fine', text: '咳嗽', entities: [] }], ['肺炎']);
  });
});
