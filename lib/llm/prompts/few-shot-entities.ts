import { nothing } from './nothing';
import { data, systemMessage, type Prompt } from './prompt';
import { sliceCodePoints } from '../../common';
import type { Entity } from '../../corpus/types';
import type { ChatMessage } from '../types';

/** An entity type as a model is told of it. */
export interface TypeName {
  id: string;
  /** In Chinese, as answers write it. */
  name: string;
}

export interface FewShotInput {
  text: string;
  types: readonly TypeName[];
  /** Annotated texts of the training split. */
  examples: readonly { text: string; entities: readonly Entity[] }[];
}

/** Paper A, Table 8: entities by direct prompting, with examples as earlier turns. The paper prints no template. */
export const fewShotEntitiesPrompt: Prompt<FewShotInput> = {
  name: 'few-shot-entities',
  version: 1,
  build({ text, types, examples }) {
    const names = new Map(types.map(({ id, name }) => [id, name]));
    const instruction = [
      '请从医疗文字中抽取全部医学实体。',
      '要求如下：',
      `1. 实体类型只有以下几种：${types.map(({ name }) => name).join('、')}。`,
      '2. 实体从原文逐字摘出；同一说法出现几次就写几次，按出现的先后排列。',
      '3. 实体内部若还含有别的实体，也要写出。',
      '输出格式：',
      '实体：{实体}，类型：{类型}',
      '（每个实体占一行）',
      `没有实体时，只写：${nothing}`,
    ].join('\n');
    const system = systemMessage({ name: this.name, version: this.version, role: '你是医学信息抽取专家。' });
    const question = (content: string): ChatMessage => ({ role: 'user', content: `输入文本：\n${data('原文', content)}` });
    return [
      { ...system, content: `${system.content}\n${instruction}` },
      ...examples.flatMap((example): ChatMessage[] => [question(example.text), { role: 'assistant', content: answerOf(example, names) }]),
      question(text),
    ];
  },
};

function answerOf({ text, entities }: FewShotInput['examples'][number], names: ReadonlyMap<string, string>): string {
  const known = entities.filter(({ type }) => names.has(type)).sort((a, b) => a.start - b.start || b.end - a.end);
  const lines = known.map(({ start, end, type }) => `实体：${sliceCodePoints(text, start, end)}，类型：${names.get(type)}`);
  return lines.length > 0 ? lines.join('\n') : nothing;
}
