import type { ReportSection } from './collect';

/** Which paper's table, figure or section an experiment makes again, as its first table's title begins: "Paper B, Tables 3 and 4: …". */
export interface PaperPlace {
  paper: string;
  where: string;
}

const papers = ['Paper B', 'Paper A'];
const kinds = ['Table', 'Fig', 'section'];

export function placeOf({ tables }: Pick<ReportSection, 'tables'>): PaperPlace | undefined {
  const [, paper, where] = /^(Paper [AB]), ([^:]+):/.exec(tables[0]?.title ?? '') ?? [];
  return paper ? { paper, where } : undefined;
}

/** Sections as the papers have them: tables, figures, sections by their numbers, then what is of neither; equals stay in their order. */
export function inPapersOrder<S extends Pick<ReportSection, 'tables'>>(sections: readonly S[]): S[] {
  const rankOf = (section: S): number[] => {
    const place = placeOf(section);
    if (!place) return [papers.length];
    return [papers.indexOf(place.paper), kinds.findIndex((kind) => place.where.startsWith(kind)), Number(/[\d.]+/.exec(place.where)?.[0] ?? 0)];
  };
  return sections.map((section) => ({ section, rank: rankOf(section) })).sort((a, b) => compare(a.rank, b.rank)).map(({ section }) => section);
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at < 0 ? 0 : a[at] - b[at];
}
