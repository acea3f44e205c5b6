import { systemMessage, taskMessage, type Prompt } from './prompt';
import type { TypeName } from './few-shot-entities';

export interface VerificationInput {
  text: string;
  /** The dictionary match: its words, which of their occurrences in the text it is (from 1), and the type to confirm. */
  term: string;
  occurrence: number;
  typeName: string;
  types: readonly TypeName[];
}

/** Paper B, section 3.1.3: is a dictionary match an entity of this type in its context? With a correction where it is not, and a confidence. */
export const entityVerificationPrompt: Prompt<VerificationInput> = {
  name: 'entity-verification',
  version: 1,
  build({ text, term, occurrence, typeName, types }) {
    return [
      systemMessage({ name: this.name, version: this.version, role: '你是审核医学实体标注的专家。' }),
      taskMessage({
        task: '请结合上下文，判断待审标注是否正确。',
        requirements: [
          '词语在这段文字里的意思、边界和类型都对，才算正确。',
          `若边界或类型有误，给出正确的实体和类型；类型只能是：${types.map(({ name }) => name).join('、')}。`,
          '若该处根本不是实体，实体和类型都写“无”。',
          '置信度是0到1之间的小数，表示你对所给实体和类型的把握。',
        ],
        inputs: [
          { heading: '输入文本', name: '原文', text },
          { heading: '待审词语', name: '词语', text: term },
          { heading: '待审类型', name: '类型', text: typeName },
          { heading: '该词语在文中第几次出现', name: '次序', text: String(occurrence) },
        ],
        format: '判断：{是或否}，实体：{实体}，类型：{类型}，置信度：{置信度}',
      }),
    ];
  },
};
