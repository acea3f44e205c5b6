import { strict as assert } from 'node:assert';
import { availableCorpora, corpusStatistics, loadCorpus, sharedDocuments, validateCorpus } from '../../lib/corpus';

/** Measured on the publishers' files: documents and entities. Only run where the corpora are. */
const published: Record<string, Record<string, [number, number]>> = {
  'cmeee-v2': { dev: [5000, 26081] },
  ccks2017: { train: [1198, 29866], test: [398, 9112] },
  ccks2019: { train: [1000, 17653], test: [379, 6002] },
  ccks2020: { train: [1050, 18313] },
};

describe('real corpora', function () {
  const here = new Set(availableCorpora().filter(({ folder }) => folder).map(({ id }) => id));

  for (const [id, splits] of Object.entries(published)) {
    it(`${id} has the documents and entities that were published, and no error`, async function () {
      if (!here.has(id)) this.skip();
      const { splits: found } = corpusStatistics(await loadCorpus(id, { split: 'official' }));
      for (const [split, counts] of Object.entries(splits)) {
        const statistics = found[split as 'train'];
        assert.deepEqual([statistics?.documents, statistics?.entities], counts);
      }
      assert.equal(validateCorpus(id).counts.error, 0);
    });
  }

  it("cmeee-v2's dev set: 30.6 % nested in or containing another, 4 crossing pairs, 2,078 characters", async function () {
    if (!here.has('cmeee-v2')) this.skip();
    const { dev } = corpusStatistics(await loadCorpus('cmeee-v2')).splits;
    assert.ok(dev);
    assert.equal((dev.nestedOrContaining / dev.entities).toFixed(3), '0.306');
    assert.deepEqual([dev.crossingPairs, dev.textLength.max], [4, 2078]);
  });

  it("711 of ccks2020's notes stand in ccks2019's train set, 195 in its test set", async function () {
    if (!here.has('ccks2019') || !here.has('ccks2020')) this.skip();
    const newer = (await loadCorpus('ccks2020', { split: 'official' })).splits.train ?? [];
    const { train = [], test = [] } = (await loadCorpus('ccks2019')).splits;
    assert.deepEqual([sharedDocuments(newer, train).length, sharedDocuments(newer, test).length], [711, 195]);
  });
});
