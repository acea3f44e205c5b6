import { nothing } from './nothing';
import { systemMessage, taskMessage, type Prompt } from './prompt';
import type { ReferenceTerm } from './reference';

/** Paper A, Table 4: pairs of keywords that are related, with a text on how (Eq. 6). */
export const relationsPrompt: Prompt<{ text: string; keywords: readonly string[]; terms?: readonly ReferenceTerm[] }> = {
  name: 'relations',
  version: 1,
  build({ text, keywords, terms }) {
    return [
      systemMessage({ name: this.name, version: this.version, role: '你是医学知识专家，擅长分析概念之间的联系。', terms }),
      taskMessage({
        task: '请依据下面的医疗文字和已有的关键词，找出成对的医学实体，并写明两者之间的关联。',
        requirements: [
          '实体对取自原文，例如疾病与疗法、疾病与症状；对中的两个实体都必须是列表中的关键词，写法照抄。',
          '每一对给出关联关系的描述，点明关系的类别（如因果关系、伴随关系、结果关系），描述须以上下文和医学知识为依据。',
          '所写的关联要符合原文的语义逻辑，不作凭空推测，不偏离原文。',
        ],
        inputs: [
          { heading: '输入文本', name: '原文', text },
          { heading: '输入关键词', name: '关键词', text: keywords.join('、') },
        ],
        terms,
        format: '实体对：{实体1}-{实体2}，关联关系：{关系描述}\n（每对占一行）',
        empty: nothing,
      }),
    ];
  },
};
