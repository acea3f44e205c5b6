import { codePoints, InputError } from '../../common';
import type { Entity } from '../types';

/** CMeEE's nine types: disease, symptom, drug, equipment, procedure, body, test item, micro-organism, department. */
export const sampleTypes = ['dis', 'sym', 'dru', 'equ', 'pro', 'bod', 'ite', 'mic', 'dep'] as const;
export type SampleType = (typeof sampleTypes)[number];

export interface Annotated {
  text: string;
  entities: Entity[];
}

/**
 * Reads inline markup, the only way an annotation enters the embedded corpus: `[sym:[bod:右上腹]疼痛]` is the text
 * 右上腹疼痛 with two entities; `<右上腹>` is short for `[bod:右上腹]`; `\` takes the next character as it is.
 * Entities come sorted by start, longer first. A type outside the nine or an unbalanced bracket is an `InputError`.
 */
export function parseMarkup(marked: string): Annotated {
  const source = codePoints(marked);
  const fail = (problem: string) => new InputError(`markup "${marked}": ${problem}`);
  const out: string[] = [];
  const open: { start: number; type: string; close: string }[] = [];
  const entities: Entity[] = [];
  for (let i = 0; i < source.length; i++) {
    const character = source[i];
    if (character === '\\') {
      if (++i === source.length) throw fail('ends in a lone \\');
      out.push(source[i]);
    } else if (character === '<') {
      open.push({ start: out.length, type: 'bod', close: '>' });
    } else if (character === '[') {
      const type = source.slice(i + 1, i + 4).join('');
      if (!isSampleType(type) || source[i + 4] !== ':') throw fail(`expected [type: with one of ${sampleTypes.join(' ')}, found "[${type}${source[i + 4] ?? ''}"; write a literal bracket as \\[`);
      open.push({ start: out.length, type, close: ']' });
      i += 4;
    } else if (character === ']' || character === '>') {
      const entity = open.pop();
      if (entity?.close !== character) throw fail(`"${character}" closes nothing`);
      if (entity.start === out.length) throw fail('an empty entity');
      entities.push({ start: entity.start, end: out.length, type: entity.type });
    } else {
      out.push(character);
    }
  }
  if (open.length > 0) throw fail(`"${open[open.length - 1].type}" is never closed`);
  entities.sort((a, b) => a.start - b.start || b.end - a.end);
  return { text: out.join(''), entities };
}

export function isSampleType(name: string): name is SampleType {
  return (sampleTypes as readonly string[]).includes(name);
}

/** The same string without its entities; still markup, so that it can stand inside another annotation. */
export function withoutEntities(marked: string): string {
  return marked.replace(/\\.|\[[a-z]{3}:|[\]<>]/gu, (match) => (match.startsWith('\\') ? match : ''));
}

/** What the markup shows: no entities, no escapes. */
export function plainText(marked: string): string {
  return marked.replace(/\\(.)|\[[a-z]{3}:|[\]<>]/gu, '$1');
}
