import { settingName, type ReportSection, type ReportTable } from './collect';
import { backendPlace, hardwareText, notRecorded, secondsText, type ReportRecord } from './record';

/** What was run, at which scale, on which hardware and backend. */
export function overview(sections: readonly ReportSection[]): ReportTable {
  const distinct = (records: readonly ReportRecord[], of: (record: ReportRecord) => string | undefined): string =>
    [...new Set(records.map((record) => of(record) ?? notRecorded))].join('; ') || '–';
  return {
    title: 'What was run, at which scale, on what',
    columns: [
      { header: 'experiment' }, { header: 'corpus' }, { header: 'profile' }, { header: 'runs', align: 'right' }, { header: 'seeds' },
      { header: 'training', align: 'right' }, { header: 'precision' }, { header: 'backend' }, { header: 'hardware' }, { header: 'commit' },
    ],
    rows: sections.map(({ experiment, base, subject, corpus, profile, set, records }) => [
      [experiment, subject].filter(Boolean).join(' of '), corpus ?? '–', [profile ?? '–', settingName({ base, profile, set })].filter(Boolean).join(', '), String(records.length),
      [...new Set(records.map(({ config: { seed } }) => seed))].sort((a, b) => a - b).join(', ') || '–',
      records.length ? minutes(records) : 'nothing trained',
      distinct(records, ({ config: { precision } }) => precision as string | undefined),
      distinct(records, ({ backend }) => backend && backendPlace(backend)),
      distinct(records, hardwareText),
      distinct(records, ({ commit }) => (commit ? commit.hash.slice(0, 10) + (commit.dirty ? ' with changes' : '') : undefined)),
    ]),
    footnotes: [
      'Profiles: quick, the embedded corpus and the small encoder of this project; small, real corpora with that encoder; paper, published base-size weights and the papers\' settings. ' +
        'Only a run at the papers\' scale on their corpus gets a verdict on their number; the others say whether a difference points the same way.',
    ],
  };
}

/** In minutes whatever the length, so that the column sorts. */
function minutes(records: readonly ReportRecord[]): string {
  const seconds = records.map((record) => record.seconds?.training);
  if (seconds.some((value) => value === undefined)) return notRecorded;
  return `${((seconds as number[]).reduce((sum, value) => sum + value, 0) / 60).toFixed(1)} min`;
}

/** One line for the head of an experiment's section. */
export function compute(records: readonly ReportRecord[]): string {
  const seconds = records.reduce((sum, { seconds: phases }) => sum + Object.values(phases ?? {}).reduce((all, value) => all + value, 0), 0);
  return records.length ? `${records.length} ${records.length === 1 ? 'run' : 'runs'}, ${secondsText(seconds)} in all` : 'nothing trained';
}
