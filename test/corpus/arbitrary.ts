import * as fc from 'fast-check';
import { codePoints } from '../../lib/common';
import type { Document, Entity } from '../../lib/corpus';

/** Characters that offsets go wrong on: astral, full-width, combining, line ends, white space, brackets, Latin. */
const characters = ['患', '者', '肺', '炎', '，', '。', 'Ａ', '３', 'C', 'T', ' ', '\r', '\n', '\t', '\u3000', '𠮷', '🩺', 'é', 'e\u0301', '[', '{', '"', '|', '\u2028', '\ufeff'];

export const text = fc.array(fc.constantFrom(...characters), { maxLength: 40 }).map((parts) => parts.join(''));

/** A document whose entities are any spans of its text: nested, crossing, equal with several types, repeated. */
export const document: fc.Arbitrary<Document> = fc
  .tuple(fc.uuid(), text, fc.array(fc.tuple(fc.nat(), fc.nat(), fc.constantFrom('dis', 'sym', 'bod')), { maxLength: 12 }))
  .map(([id, content, draws]) => {
    const length = codePoints(content).length;
    const entities = draws.flatMap(([a, b, type]): Entity[] => {
      if (length === 0) return [];
      const start = a % length;
      return [{ start, end: start + 1 + (b % (length - start)), type }];
    });
    return { id, text: content, entities };
  });

export const documents = fc.uniqueArray(document, { selector: ({ id }) => id, maxLength: 12 });
