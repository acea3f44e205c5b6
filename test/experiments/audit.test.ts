import assert from 'node:assert/strict';
import fc from 'fast-check';
import { InputError } from '../../lib/common';
import {
  candidateSpans, f1Of, meanOf, minus, mostByChance, over, parseFigure, readClaims, relativeChange, rounded, touches, truncated, type Interval,
} from '../../lib/experiments/audit';
import { auditPapers, paperAudit, tReadings, type AuditRow } from '../../lib/experiments';

const near = (actual: number, expected: number, tolerance = 1e-12): void => assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} ≠ ${expected}`);

describe('rounding intervals', () => {
  const steps = 10;
  /** What a number printed with so many decimals may have been, on a grid ten times as fine as what it is printed with. */
  const before = (units: number, decimals: number): number[] =>
    Array.from({ length: steps + 1 }, (_, i) => (units - 0.5 + i / steps) * 10 ** -decimals);
  const decimals = fc.integer({ min: 1, max: 4 });
  const units = fc.integer({ min: 2, max: 9999 });

  /** The least and greatest of f over all choices of what two printed numbers may have been are the interval's ends. */
  const holds = (of: (x: Interval, y: Interval) => Interval, f: (x: number, y: number) => number): void => {
    fc.assert(fc.property(units, units, decimals, decimals, (a, b, da, db) => {
      const values = before(a, da).flatMap((x) => before(b, db).map((y) => f(x, y)));
      const [low, high] = of(rounded(a * 10 ** -da, da), rounded(b * 10 ** -db, db));
      const scale = Math.max(1, Math.abs(low), Math.abs(high));
      near(Math.min(...values) / scale, low / scale);
      near(Math.max(...values) / scale, high / scale);
    }));
  };

  it('of F1 hold every rounding of P and R, and are attained', () => holds(f1Of, (p, r) => (2 * p * r) / (p + r)));
  it('of differences too', () => holds(minus, (x, y) => x - y));
  it('of quotients too', () => holds(over, (x, y) => x / y));
  it('of relative changes too', () => holds(relativeChange, (x, y) => (x - y) / y));
  it('of quotients of differences of either sign too', () => {
    fc.assert(fc.property(fc.integer({ min: -50, max: 50 }), units, (a, b) => {
      const values = before(a, 2).flatMap((x) => before(b, 2).map((y) => x / y));
      const [low, high] = over(rounded(a / 100, 2), rounded(b / 100, 2));
      near(Math.min(...values), low, 1e-9);
      near(Math.max(...values), high, 1e-9);
    }));
  });
  it('of means too', () => holds((x, y) => meanOf([x, y]), (x, y) => (x + y) / 2));

  it('meet at their ends in spite of floating point, and know which way digits are cut', () => {
    assert.ok(touches([0.1 + 0.2, 1], [0, 0.3]));
    assert.ok(!touches([0.31, 1], [0, 0.3]));
    assert.deepEqual(truncated(5, 0), [5, 6]);
    assert.deepEqual(truncated(-5, 0), [-6, -5]);
  });

  it('of numbers as papers write them count their decimals, trailing zeros too', () => {
    for (const [text, value, half] of [['3.80%', 0.038, 5e-5], ['0.9150', 0.915, 5e-5], ['5%', 0.05, 5e-3], ['-8.9%', -0.089, 5e-4], ['3e-5', 3e-5, 5e-6], ['16', 16, 0.5]] as const) {
      const figure = parseFigure(text);
      assert.equal(figure.value, value);
      near((figure.interval[1] - figure.interval[0]) / 2, half, 1e-15);
    }
    assert.throws(() => parseFigure('about 5'), InputError);
  });
});

describe('the audit of the papers', () => {
  let rows: AuditRow[];
  before(() => (rows = auditPapers()));
  const find = (paper: string, table: string, row: string, dataset: string, check: string): AuditRow => {
    const found = rows.filter((r) => r.paper === paper && r.table === table && r.row === row && r.dataset === dataset && r.check === check);
    assert.equal(found.length, 1, `${found.length} rows`);
    return found[0];
  };

  it('has the promised shape, and a verdict that is the intervals\'', () => {
    assert.ok(rows.length > 300);
    for (const { printed, recomputed: [low, high], verdict, interval, explanation } of rows) {
      assert.ok(Number.isFinite(printed) && low <= high && interval[0] <= printed && printed <= interval[1]);
      assert.equal(verdict, touches(interval, [low, high]) ? 'consistent' : 'inconsistent');
      if (verdict === 'inconsistent') assert.ok(explanation, 'every inconsistency comes with what would explain it');
    }
  });

  it('F1: rows worked out by hand', () => {
    // 2 · 0.8659 · 0.8496 / 1.7155 = 0.857672…, printed 0.8577.
    const fits = find('llm-medner', 'Table 5', 'BERT', 'CCKS2019', 'F1');
    assert.equal(fits.verdict, 'consistent');
    near((fits.recomputed[0] + fits.recomputed[1]) / 2, 0.857672, 1e-6);
    // 2 · 0.6809 · 0.4737 / 1.1546 = 0.558708…, printed 0.5669: above, which no average of all three explains.
    const above = find('llm-medner', 'Table 5', 'CNN-CRF', 'CMeEE-V2', 'F1');
    assert.equal(above.verdict, 'inconsistent');
    near((above.recomputed[0] + above.recomputed[1]) / 2, 0.558708, 1e-6);
    assert.match(above.explanation!, /^not an average/);
    // 0.7615 and 0.7195 give 0.739904, printed 0.7343: below.
    assert.match(find('llm-medner', 'Table 6', 'w/o Cross Attention', 'CMeEE-V2', 'F1').explanation!, /^a macro average/);
    // (0.8831 + 0.9232) / 2 = 0.90315, printed 0.9031; the harmonic mean is 0.902705.
    assert.match(find('llm-medner', 'Table 9', '+ Random Masking', 'CCKS2019', 'F1').explanation!, /^the arithmetic mean/);
    // Three decimals: 2 · 0.798 · 0.849 / 1.647 = 0.822710, printed 0.823.
    assert.equal(find('llm-medner', 'Table 8', 'ChatGPT (few-shot)', 'CCKS2019', 'F1').verdict, 'consistent');
    // 2 · 0.7487 · 0.7691 / 1.5178 = 0.758763, printed 0.7587; 2 · 0.9152 · 0.9401 / 1.8553 = 0.927483, printed 0.9277.
    assert.equal(find('da-rw-egp', 'Table 3', 'DA-RW-EGP', 'CMeEE-V2', 'F1').verdict, 'consistent');
    assert.equal(find('da-rw-egp', 'Table 4', 'DA-RW-EGP', 'CCKS2020', 'F1').verdict, 'inconsistent');
    // 0.64 is printed 0.6400: 0.64012 is not in reach.
    assert.equal(find('llm-medner', 'Table 5', 'CNN-BiLSTM-CRF', 'CMeEE-V2', 'F1').verdict, 'inconsistent');
  });

  it('one pair of rows is identical; a system in several tables is not taken for a pair', () => {
    const identical = rows.filter(({ check }) => check === 'identical rows');
    assert.deepEqual(identical.map(({ table, row, dataset }) => [table, row, dataset]), [['Table 6', 'with CRF', 'CMeEE-V2']]);
    assert.match(identical[0].statement!, /w\/o Conv/);
    // 0.9639 rounds to 0.964; Table 8 prints 0.963.
    const repeated = rows.filter(({ check, verdict }) => check === 'repeated' && verdict === 'inconsistent');
    assert.deepEqual(repeated.map(({ table, dataset, printed }) => [table, dataset, printed]), [['Table 8', 'CCKS2020', 0.963], ['Table 8', 'CCKS2020', 0.961]]);
    assert.ok(repeated.every(({ explanation }) => /cut off/.test(explanation!)));
  });

  it('differences are read in points or in shares, whichever the text can mean', () => {
    const difference = (table: string, row: string, dataset: string, printed: number): AuditRow =>
      rows.find((r) => r.check === 'difference' && r.table === table && r.row === row && r.dataset === dataset && r.printed === printed)!;
    // 75.87 − 72.81 = 3.06 points.
    assert.equal(difference('Table 3', 'DA-RW-EGP − RoBERTa-BiLSTM-CRF', 'CMeEE-V2', 0.0306).verdict, 'consistent');
    // 0.9423 − 0.8580 = 8.43 points, 8.95 % of 0.9423.
    const shares = difference('Table 6', 'w/o Biaffine − LLM-MedNER', 'CCKS2019', -0.089);
    assert.equal(shares.verdict, 'consistent');
    near((shares.recomputed[0] + shares.recomputed[1]) / 2, 0.858 / 0.9423 - 1, 1e-6);
    // 0.7944 − 0.7472 = 4.72 points, 6.32 %; the text says 4.5.
    assert.equal(difference('Table 5', 'LLM-MedNER − RoBERTa-BiLSTM-CRF', 'CMeEE-V2', 0.045).verdict, 'inconsistent');
    // (873.76 − 750.87) / 873.76 = 14.06 %; (750.87 − 739.43) / 873.76 = 1.31 %.
    assert.equal(difference('Table 7', 'RW-GP − RoBERTa-BiLSTM-CRF', 'CMeEE-V2', -0.141).verdict, 'consistent');
    assert.equal(difference('Table 7', 'RW-EGP − RW-GP', 'CMeEE-V2', -0.013).verdict, 'consistent');
    // Fig. 7's gain over RoBERTa is not what Table 6 takes away; its gain over BERT is.
    const fusion = 'Full model (DA-RW-EGP) − w/o Character-Word Fusion';
    assert.equal(difference('Table 6', fusion, 'CMeEE-V2', 0.0033).verdict, 'inconsistent');
    assert.equal(difference('Table 6', fusion, 'CMeEE-V2', 0.0091).verdict, 'consistent');
  });

  it('Table 6 of paper B is headed with another data set than its figures are of', () => {
    const heading = find('da-rw-egp', 'Table 6', 'Full model (DA-RW-EGP)', 'CCKS2019', 'heading');
    assert.deepEqual([heading.printed, heading.verdict], [0.9277, 'inconsistent']);
    assert.match(heading.explanation!, /Table 4 for CCKS2020/);
  });

  it('Table 5: neither usual reading of ± gives the printed t; p is below 0.005 by all', () => {
    const readings = tReadings();
    const t = (dataset: string, meaning: string, test: string): Interval => readings.find((r) => r.dataset === dataset && r.meaning === meaning && r.test === test)!.t;
    // 3.064 / √((0.032² + 0.043²) / 10) = 180.77; 3.064 / √(0.032² + 0.043²) = 57.16.
    const [low, high] = t('CMeEE-V2', 'standard deviation', 'Welch or pooled');
    assert.ok(low < 180.77 && 180.77 < high && high - low < 6);
    const [least, most] = t('CMeEE-V2', 'standard error of the mean', 'Welch or pooled');
    assert.ok(least < 57.16 && 57.16 < most);
    // Paired, the deviation of the differences is at most 0.075 (as standard deviations): t ≥ 3.064 √10 / 0.075 = 129.2.
    assert.ok(Math.abs(t('CMeEE-V2', 'standard deviation', 'paired')[0] - 129.2) < 2);
    const fitting = readings.filter(({ verdict }) => verdict === 'consistent');
    assert.deepEqual(fitting.map(({ dataset, meaning, test }) => [dataset, meaning, test]), [['CMeEE-V2', 'variance', 'paired'], ['CCKS2020', 'variance', 'paired']]);
    for (const { correlation } of fitting) assert.ok(correlation! > -1 && correlation! < 1);
    for (const { p } of readings) assert.ok(p[0] <= p[1] && p[1] < 0.005);
  });

  it('spans of a band, and last digits that chance would give', () => {
    // n = 4, k = 2: spans of one and of two characters, 4 + 3.
    assert.equal(candidateSpans(4, 2), 7);
    assert.equal(candidateSpans(4, 4), 10);
    // Six of six: 0.2⁶ = 0.000064; five or more: 0.0016.
    assert.equal(mostByChance(6), 5);
    assert.equal(mostByChance(2), 2);
    const flagged = rows.filter(({ check, verdict }) => check === 'last digits' && verdict === 'inconsistent');
    assert.equal(flagged.length, 5);
  });

  it('is an experiment without runs or corpus, whose claims are all read', async () => {
    const request = { corpus: 'no such corpus', profile: 'no such profile', seeds: null, set: [] };
    assert.equal(paperAudit.runs(request), 0);
    const { tables, data, records, figure } = await paperAudit.run(request);
    assert.deepEqual(records, []);
    assert.deepEqual((data as { rows: AuditRow[] }).rows, JSON.parse(JSON.stringify(rows)));
    for (const { columns, rows: cells } of tables) for (const row of cells) assert.equal(row.length, columns.length);
    assert.equal(tables[0].rows.length, rows.filter(({ verdict }) => verdict === 'inconsistent').length);
    const points = (figure.data as { x: number[] }[]).reduce((sum, { x }) => sum + x.length, 0);
    assert.equal(points, rows.filter(({ check }) => check === 'F1').length);
    assert.ok(readClaims().length > 60);
  });
});
