import assert from 'node:assert/strict';
import { Random, sliceCodePoints } from '../../lib/common';
import { loadCorpus, type Document } from '../../lib/corpus';
import { checkAugmentConfig, Dictionary, TrainingVerifier, type Candidate } from '../../lib/augment';
import { MatchModel } from '../../lib/augment/match-model';

const { remote } = checkAugmentConfig({});

describe('verification by training statistics', () => {
  it('gives the evidence that its equations say, by hand', () => {
    const train: Document[] = [
      { id: 'a', text: '患肝炎。', entities: [{ start: 1, end: 3, type: 'dis' }] },
      { id: 'b', text: '查肝炎，', entities: [] },
      { id: 'c', text: '患肝炎病毒', entities: [{ start: 1, end: 5, type: 'mic' }] },
    ];
    const dictionary = Dictionary.of(train, 2);
    const model = new MatchModel(train, dictionary, { ...remote, context: 1, smoothing: 1, prior: 0.5 });
    const read = model.read('患肝炎。');
    const [evidence] = read.found.map((occurrence) => model.evidence(read, occurrence, 'dis'));
    // 肝炎: marked dis once, nothing twice (the second time inside 肝炎病毒, whose type covers it).
    // π_dis: the first marked one left out, 0 of 2, with one of either kind: 1/4.
    // Characters seen around matches: the edge, 患 查 。 ， 病, so V = 6. Covers: none, mic.
    const expected = [
      1, Math.log(1.5 / 2.5), Math.log(2), Math.log(3), 0, Math.log(0.25 / 0.75),
      Math.log((1 + 1) / (1 + 2)) - Math.log((1 + 1) / (2 + 2)),
      0, 0, 0, 2,
      Math.log((1 + 1) / (1 + 6)) - Math.log((1 + 1) / (2 + 6)), // 患 before: once dis, once nothing (in 患肝炎病毒)
      Math.log((1 + 1) / (1 + 6)) - Math.log((0 + 1) / (2 + 6)), // 。 after
    ];
    assert.equal(evidence.length, model.width);
    evidence.forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-12, `${i}: ${value}, expected ${expected[i]}`));
  });

  it('is believed as far as it says, on documents that its dictionary has not seen', async function () {
    this.timeout(60_000);
    const { train } = (await loadCorpus('sample')).splits;
    const shuffled = Random.from(1, 'held out').shuffled(train!);
    const [rest, held] = [shuffled.slice(400), shuffled.slice(0, 400)];
    const dictionary = Dictionary.of(rest, remote.shortestTerm);
    const verifier = new TrainingVerifier(rest, dictionary, remote);
    const sure = { right: 0, all: 0 };
    const said = { confidence: 0, right: 0, all: 0 };
    for (const { text, entities } of held) {
      const gold = new Set(entities.map(({ start, end, type }) => `${start} ${end} ${type}`));
      const candidates: Candidate[] = [];
      dictionary.find(text, 'nested', (start, end, term) => {
        for (const type of dictionary.terms[term].types) candidates.push({ text, start, end, type, term: dictionary.terms[term].text });
      });
      (await verifier.verify(candidates)).forEach(({ confidence, correction }, i) => {
        const { start, end, type } = correction ?? candidates[i];
        const right = gold.has(`${start} ${end} ${type}`) ? 1 : 0;
        if (confidence >= 0.9) sure.all++;
        if (confidence >= 0.9) sure.right += right;
        if (correction) return;
        said.all++;
        said.right += right;
        said.confidence += confidence;
      });
    }
    assert.ok(sure.all > 300 && sure.right / sure.all > 0.88, `${sure.right} of ${sure.all} were right`);
    assert.ok(Math.abs(said.confidence - said.right) / said.all < 0.03, `${said.confidence.toFixed(0)} expected, ${said.right} right of ${said.all}`);
  });

  it('corrects a type that the surface never has there, and a match that a likelier longer one crosses', async () => {
    const train: Document[] = [];
    for (let i = 0; i < 40; i++) {
      train.push({ id: `d${i}`, text: `诊断为贫血第${i}例`, entities: [{ start: 3, end: 5, type: 'dis' }] });
      train.push({ id: `s${i}`, text: `出现贫血样第${i}例`, entities: [{ start: 2, end: 4, type: 'sym' }] });
      train.push({ id: `l${i}`, text: `见急性肾炎于${i}床`, entities: [{ start: 1, end: 5, type: 'dis' }] });
      train.push({ id: `c${i}`, text: `凡见急无碍${i}`, entities: i === 0 ? [{ start: 1, end: 3, type: 'sym' }] : [] });
    }
    const dictionary = Dictionary.of(train, 2);
    const verifier = new TrainingVerifier(train, dictionary, { ...remote, context: 1 });
    const judge = async (text: string, start: number, end: number, type: string) => (await verifier.verify([{ text, start, end, type, term: sliceCodePoints(text, start, end) }]))[0];
    assert.deepEqual((await judge('诊断为贫血第99例', 3, 5, 'sym')).correction, { start: 3, end: 5, type: 'dis' });
    const right = await judge('诊断为贫血第99例', 3, 5, 'dis');
    assert.ok(right.confidence > 0.9 && right.correction === undefined);
    // 见急 is found first; the longer 急性肾炎 crosses it.
    assert.deepEqual((await judge('见急性肾炎于9床', 0, 2, 'sym')).correction, { start: 1, end: 5, type: 'dis' });
    assert.deepEqual(await judge('与字典无关', 0, 2, 'dis'), { confidence: 0 });
  });
});
