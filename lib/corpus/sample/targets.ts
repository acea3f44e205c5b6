import type { SampleType } from './markup';

/** What the embedded corpus is made to resemble: shares measured on CMeEE-V2's 15,000 training documents. */
export const sampleSeed = 20240731;

/** Share of each type among the entities. */
export const typeShares: Record<SampleType, number> = {
  bod: 0.291, dis: 0.236, sym: 0.206, pro: 0.118, dru: 0.053, ite: 0.052, mic: 0.028, equ: 0.011, dep: 0.004,
};

/** Shares of short (1-3), medium (4-7) and long (8+) entities of each type. */
export const lengthShares: Record<SampleType, readonly [number, number, number]> = {
  bod: [0.68, 0.267, 0.053],
  dis: [0.309, 0.534, 0.157],
  sym: [0.232, 0.424, 0.344],
  pro: [0.249, 0.562, 0.189],
  dru: [0.371, 0.521, 0.108],
  ite: [0.422, 0.432, 0.146],
  mic: [0.505, 0.418, 0.077],
  equ: [0.493, 0.377, 0.13],
  dep: [0.837, 0.157, 0.006],
};

/** Share of entities that lie inside another or contain another. */
export const nestedShare = 0.297;

/** Mean code points a document, the few very long ones set apart, and entities a document. */
export const documentLength = 50;
export const entitiesPerDocument = 5.2;

/** Share of the specialties' longer terms that only dev, test and the unlabelled text may use. */
export const heldOutShare = 0.2;

export const splitSizes = { train: 1920, dev: 240, test: 240 } as const;
/** Documents over 512 code points in each split. */
export const longDocuments = { train: 16, dev: 3, test: 3 } as const;
