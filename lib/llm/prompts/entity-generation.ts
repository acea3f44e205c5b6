import { nothing } from './nothing';
import { systemMessage, taskMessage, type Prompt } from './prompt';

/** Paper B, section 3.1.3: further instances of an entity type that the training split is short of. */
export const entityGenerationPrompt: Prompt<{ typeName: string; examples: readonly string[]; count: number }> = {
  name: 'entity-generation',
  version: 1,
  build({ typeName, examples, count }) {
    return [
      systemMessage({ name: this.name, version: this.version, role: '你是医学术语专家。' }),
      taskMessage({
        task: `请列举${count}个“${typeName}”类的中文医学实体。`,
        requirements: [
          `每个都是病历或医学文献里实际使用的说法，且确实属于“${typeName}”。`,
          '多给字数较长、结构完整的说法。',
          '互不重复，也不与已有的例子相同。',
          '只写实体本身，不写解释。',
        ],
        inputs: [{ heading: '已有的例子', name: '例子', text: examples.join('\n') }],
        format: '实体：{实体}\n（每个实体占一行）',
        empty: nothing,
      }),
    ];
  },
};
