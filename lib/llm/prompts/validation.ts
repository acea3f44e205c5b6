import { data, systemMessage, type Prompt } from './prompt';
import { referenceInputs, referenceRequirements, type ReferenceTerm } from './reference';
import type { ChatMessage } from '../types';

export interface ValidationInput {
  text: string;
  /** null where there is none to check. */
  enhanced: string | null;
  keywords: readonly { text: string; description: string }[];
  relations: readonly { first: string; second: string; text: string }[];
  terms?: readonly ReferenceTerm[];
}

/**
 * Paper A, section 4.10: in a further turn the model looks at its own answers as a medical expert. The paper prints no template; it names the
 * three things checked: meaning of the enhanced text, keywords, relations.
 */
export const validationPrompt: Prompt<ValidationInput> = {
  name: 'validation',
  version: 1,
  build({ text, enhanced, keywords, relations, terms }) {
    const own: [name: string, text: string][] = [
      ['增强文本', enhanced ?? ''],
      ['关键词', keywords.map((keyword) => `关键词：${keyword.text}，描述：${keyword.description}`).join('\n')],
      ['实体对', relations.map(({ first, second, text: relation }) => `实体对：${first}-${second}，关联关系：${relation}`).join('\n')],
    ];
    const reference = referenceInputs(terms).map((input) => `${input.heading}：\n${data(input.name, input.text)}`);
    const messages: ChatMessage[] = [
      systemMessage({ name: this.name, version: this.version, role: '你是严谨的医学专家，负责审核医疗文字的加工结果。', terms }),
      { role: 'user', content: ['请加工这段医疗文字，给出增强文本、关键词和实体对。', data('原文', text), ...reference].join('\n') },
      { role: 'assistant', content: own.filter(([, content]) => content !== '').map(([name, content]) => data(name, content)).join('\n') },
    ];
    const request = [
      '现在请以医学专家的身份，对照原文逐项审核你刚才给出的内容。',
      '要求如下：',
      '1. 增强文本与原文的意思是否一致：有无增减、歧义或医学上的错误。',
      '2. 每个关键词是否提取准确，描述是否正确。',
      '3. 每个实体对的关联关系是否合理，能否由原文和医学知识支持。',
      '4. 判断只写“是”或“否”，每一项都要判断。',
      ...referenceRequirements(terms).map((requirement) => `5. ${requirement}`),
      '输出格式：',
      ...(enhanced === null ? [] : ['语义一致：{是或否}，理由：{理由}']),
      ...(keywords.length === 0 ? [] : ['关键词：{关键词}，判断：{是或否}，理由：{理由}']),
      ...(relations.length === 0 ? [] : ['实体对：{实体1}-{实体2}，判断：{是或否}，理由：{理由}']),
    ];
    return [...messages, { role: 'user', content: request.join('\n') }];
  },
};
