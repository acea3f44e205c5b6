import assert from 'node:assert/strict';
import { resolveConfig, type RunRecord } from '../../lib/experiments';
import { augmentationNotes, definitionNote, pNote, rowSetNotes, uncorrected, updateNotes } from '../../lib/experiments/row-notes';

describe('notes on the rows of a table', () => {
  const steps = (label: string, ...each: number[]) => ({ label, runs: each.map((step) => ({ training: { step } }) as RunRecord) });

  it('tell updates where they differ, a span where a row\'s runs do', () => {
    assert.deepEqual(updateNotes([steps('a', 254, 254), steps('b', 254, 254)]), []);
    assert.deepEqual(updateNotes([steps('a', 254, 254), steps('b, too', 1402, 1402), steps('c', 254, 254)]), ['Updates a run. 254: a; c. 1,402: b, too.']);
    assert.deepEqual(updateNotes([steps('a', 760), steps('b', 950, 190)]), ['Updates a run. 760: a. 190 to 950: b.']);
  });

  it('tell what augmentation made of what was wanted, once for rows that train on the same', () => {
    const augmented = (label: string, remote: number, unlabelled: string[]) => {
      const made = (wanted: number, got = wanted) => ({ wanted, made: got });
      const augmentation = { config: { remote: { unlabelled } }, easy: { joining: made(192), sentences: made(192, 190), substitution: made(1384) }, remote: made(384, remote) };
      return { label, runs: [{ augmentation } as unknown as RunRecord] };
    };
    const plain = { label: 'plain', runs: [{} as RunRecord] };
    assert.deepEqual(augmentationNotes([plain]), []);
    const easy = 'substitution 1,384 of 1,384, joining 192 of 192, sentences 190 of 192';
    assert.deepEqual(augmentationNotes([augmented('a', 384, ['text']), plain, augmented('b', 384, ['text'])]), [
      `New training documents, made of wanted: ${easy}, remote supervision 384 of 384 (a; b).`,
    ]);
    // None without text, and none in spite of it.
    assert.deepEqual(augmentationNotes([augmented('a', 0, []), augmented('b', 0, ['text'])]), [
      `New training documents, made of wanted: ${easy}, remote supervision 0 of 384, since no unlabelled text was named (a); ${easy}, remote supervision 0 of 384 (b).`,
    ]);
    const masked = { label: 'masked', runs: [{ traditional: { config: { method: 'masking' }, wanted: 48, made: 47 } } as unknown as RunRecord] };
    assert.deepEqual(augmentationNotes([plain, masked]), ['New training documents, made of wanted: masking 47 of 48 (masked).']);
  });

  it('tell what was set, and which rows alone took it', () => {
    const set = ['training.epochs=2', 'model.encoder.weights=null', 'model.head.k=30', 'model.lexicon={}'];
    const of = (variant: string, ...taken: string[]) => ({ label: variant, runs: [{ config: resolveConfig({ variant, corpus: 'sample', profile: 'quick', seed: 0, set: taken }) } as RunRecord] });
    const rows = [of('bert', set[0], set[1]), of('rw-egp', ...set), of('bert-gp', set[0], set[1], set[3])];
    assert.deepEqual(rowSetNotes([], rows), []);
    assert.deepEqual(rowSetNotes(set.slice(0, 2), rows), ['Set for this table: training.epochs=2, model.encoder.weights=null.']);
    assert.deepEqual(rowSetNotes(set, rows), ['Set for this table: training.epochs=2, model.encoder.weights=null, model.head.k=30 (rw-egp), model.lexicon={} (rw-egp; bert-gp).']);
  });

  it('tell that p is not corrected, and for how many rows, where there are several', () => {
    const rows = (...each: (number | null)[]) => each.map((p) => ({ p }));
    const said = (...each: (number | null)[]) => pNote('BERT', rows(...each));
    assert.equal(said(null, 0.01, 1, 0.3), "p: Welch's t-test of F1 against BERT, two-sided; below 0.05 counts as a difference, not corrected for the 3 rows tested.");
    for (const few of [[null, null, null], [null, 0.01]]) assert.equal(said(...few), "p: Welch's t-test of F1 against BERT, two-sided; below 0.05 counts as a difference.");
    assert.match(pNote('', rows(null)), /^p: Welch's t-test of F1, two-sided;/);
    assert.equal(uncorrected(rows(0.5, 0.1, null), 'parts'), ', not corrected for the 2 parts tested');
  });

  it('define rows by the registry', () => {
    assert.equal(
      definitionNote([{ variant: 'llm-medner-crf', label: 'with CRF' }, { variant: 'da-rw-gp', label: 'w/o mask' }]),
      'What the rows are. with CRF: llm-medner whose scores a conditional random field decodes. w/o mask: da-rw-egp scoring every span.',
    );
  });
});
