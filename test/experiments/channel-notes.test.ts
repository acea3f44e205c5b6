import assert from 'node:assert/strict';
import { resolveConfig, type RunRecord } from '../../lib/experiments';
import { channelNotes } from '../../lib/experiments/channel-notes';

describe('the footnote on models with channels', () => {
  const rowsOf = (variants: readonly string[], set: readonly string[] = []) =>
    variants.map((variant) => ({ runs: [{ config: resolveConfig({ variant, corpus: 'sample', profile: 'quick', seed: 0, set: variant === 'bert' ? [] : set }) } as RunRecord] }));

  it('says what the quick profile has otherwise, where a row has channels', () => {
    assert.deepEqual(channelNotes(rowsOf(['bert', 'llm-medner', 'llm-medner-crf'])), [
      "Models with channels train with a dropout of 0.1 (paper A: 0.3) and no gradients through the keywords' features (paper A leaves it open).",
    ]);
    assert.deepEqual(channelNotes(rowsOf(['bert'])), []);
  });

  it('says nothing where they are as the paper prints, and what is left where a field is set', () => {
    assert.deepEqual(channelNotes(rowsOf(['bert', 'llm-medner'], ['model.channels.dropout=0.3', 'model.channels.itemGradient=true'])), []);
    assert.deepEqual(channelNotes(rowsOf(['llm-medner'], ['model.channels.itemGradient=true'])), ['Models with channels train with a dropout of 0.1 (paper A: 0.3).']);
  });
});
