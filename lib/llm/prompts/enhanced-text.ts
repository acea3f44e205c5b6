import { systemMessage, taskMessage, type Prompt } from './prompt';
import type { ReferenceTerm } from './reference';

/** Paper A, Table 1: a text of the same meaning in other words, T'. The last requirement is the project's own: doses must survive. */
export const enhancedTextPrompt: Prompt<{ text: string; terms?: readonly ReferenceTerm[] }> = {
  name: 'enhanced-text',
  version: 1,
  build({ text, terms }) {
    return [
      systemMessage({ name: this.name, version: this.version, role: '你是熟悉中文病历与医学文献的文字编辑。', terms }),
      taskMessage({
        task: '请把下面的医疗文字换一种说法，得到增强文本：意思与原来等同，表述与原来不同。',
        requirements: [
          '先找出原文中可能是医学实体的说法（例如病名、症状、诊疗手段），这些说法逐字照抄，含义不变，彼此之间的先后位置也不变。',
          '能够改动的只有实体以外的上下文，可换用近义词、变换句型或调整语序，使表达更加丰富。',
          '改写后的医疗意图和整体意思须与原文一致，不可产生歧义，也不可让实体的含义走样。',
          '原文中的数字和单位原样保留。',
        ],
        inputs: [{ heading: '输入文本', name: '原文', text }],
        terms,
        format: '增强文本：{增强文本}',
      }),
    ];
  },
};
