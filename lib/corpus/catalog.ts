import type { SplitName } from './types';

/** A corpus known by name. Its files keep their publisher's names. */
export interface CatalogEntry {
  id: string;
  title: string;
  /** Types in the publisher's order; any other type in the files is an error. */
  types: string[];
  /** For each split the sets of files that make it, first choice first. */
  files: Partial<Record<SplitName, string[][]>>;
  /** How a user gets it. */
  obtain: string;
  /** A published part that is not read, and why. */
  leftOut?: { file: string; note: string };
}

export const cmeeeTypes = ['dis', 'sym', 'dru', 'equ', 'pro', 'bod', 'ite', 'mic', 'dep'];
const ccksTypes = ['疾病和诊断', '影像检查', '实验室检验', '手术', '药物', '解剖部位'];

export const catalog: CatalogEntry[] = [
  {
    id: 'sample',
    title: 'the embedded corpus',
    types: cmeeeTypes,
    files: { train: [['train.jsonl']], dev: [['dev.jsonl']], test: [['test.jsonl']] },
    obtain: 'It is part of the repository: restore data/sample with git.',
  },
  {
    id: 'cmeee-v2',
    title: 'CMeEE-V2 (CBLUE)',
    types: cmeeeTypes,
    files: { train: [['CMeEE-V2_train.json'], ['train.json'], ['train.jsonl']], dev: [['CMeEE-V2_dev.json'], ['dev.json'], ['dev.jsonl']] },
    leftOut: { file: 'CMeEE-V2_test.json', note: 'the official test set is unlabelled and left out' },
    obtain: 'Register at CBLUE (https://tianchi.aliyun.com/dataset/95414), download CMeEE-V2 and unpack CMeEE-V2_train.json and CMeEE-V2_dev.json there.',
  },
  {
    id: 'ccks2017',
    title: 'CCKS 2017 task 2',
    types: ['症状和体征', '检查和检验', '疾病和诊断', '治疗', '身体部位'],
    files: { train: [['train.jsonl'], ['train.json']], test: [['test.jsonl'], ['test.json']] },
    obtain: 'Register for CCKS 2017 at biendata (https://www.biendata.xyz/competition/CCKS2017_2/) and unpack its folders of *.txtoriginal.txt and *.txt files there.',
  },
  {
    id: 'ccks2019',
    title: 'CCKS 2019 task 1 (Yidu-S4K)',
    types: ccksTypes,
    files: {
      train: [['subtask1_training_part1.txt', 'subtask1_training_part2.txt'], ['train.jsonl'], ['train.json']],
      test: [['subtask1_test_set_with_answer.json'], ['test.jsonl'], ['test.json']],
    },
    obtain: 'Get Yidu-S4K from OpenKG (http://openkg.cn/dataset/yidu-s4k) and unpack its three subtask1 files there.',
  },
  {
    id: 'ccks2020',
    title: 'CCKS 2020 task 3, subtask 1',
    types: ccksTypes,
    files: { train: [['task1_train.txt'], ['train.jsonl'], ['train.json']] },
    obtain: 'Register at biendata (https://www.biendata.xyz/competition/ccks_2020_2_1/) and put task1_train.txt there.',
  },
];

/** Files that are not what their name says, by SHA-256; every result that uses one repeats the note. */
export const fileNotes: Record<string, string> = {
  '9b4643050bd559eeac96a87a2e0b8b43562367918d1a62cee303f172b4646661':
    'a reconstruction of the official train set: a flat release of it with the nested entities restored by a model, about 1 % of the entities missing',
};

/** Whether a name is a corpus's, rather than a path. */
export const isCorpus = (name: string): boolean => catalog.some(({ id }) => id === name);

/** The note on a split of which no file is there. */
export const missingSplit = (split: SplitName, folder: string, files: readonly string[]): string => `${split} is not there: ${folder} has no ${files.join(', ')}`;

/** Why a corpus with these notes is not as its publisher hands it out, in words; nothing where it is. */
export function departures(notes: readonly string[]): string[] {
  const replaced = notes.some((note) => Object.values(fileNotes).some((said) => note.endsWith(said)));
  const missing = notes.some((note) => /^(train|dev|test) is not there: /.test(note));
  return [...(replaced ? ["files that are not the publisher's"] : []), ...(missing ? ['a part of the corpus is not there'] : [])];
}
