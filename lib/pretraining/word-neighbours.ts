import { InputError } from '../common';
import type { WordVectors } from '../text';

/** Common medical words of all kinds, whose neighbours show at a glance what vectors have learned. */
export const medicalWords: readonly string[] = [
  '高血压', '糖尿病', '肺炎', '骨折', '抑郁症', // diseases
  '发热', '咳嗽', '头痛', '腹泻', '水肿', // symptoms
  '阿司匹林', '青霉素', '胰岛素', // drugs
  '手术', '化疗', '针灸', // treatments
  '心电图', '血常规', // examinations
  '肝脏', '儿科', // a body part, a department
];

/** The `count` nearest words of each word with their cosines, a row a word; for a table. Words without a vector say so. */
export function neighbourRows(vectors: WordVectors, words: readonly string[] = medicalWords, count = 6): Record<string, string>[] {
  if (!Number.isInteger(count) || count < 1) throw new InputError(`neighbours: ${count} of each word; it is a whole number of at least 1`);
  return words.map((word) => ({
    word,
    neighbours: vectors.has(word) ? vectors.neighbours(word, count).map((near) => `${near.word} ${near.cosine.toFixed(2)}`).join('  ') : '(no vector)',
  }));
}
