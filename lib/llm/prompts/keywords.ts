import { nothing } from './nothing';
import { systemMessage, taskMessage, type Prompt } from './prompt';
import type { ReferenceTerm } from './reference';

/** Paper A, Table 2: keywords K and a description of each. That a keyword is copied from the text is the project's own requirement: Eq. 7 needs its place. */
export const keywordsPrompt: Prompt<{ text: string; terms?: readonly ReferenceTerm[] }> = {
  name: 'keywords',
  version: 1,
  build({ text, terms }) {
    return [
      systemMessage({ name: this.name, version: this.version, role: '你是医学术语专家。', terms }),
      taskMessage({
        task: '请从下面的医疗文字中找出关键词，并逐个简要说明其语义。',
        requirements: [
          '关键词是这段文字的核心术语或短语，如病名、症状表现、诊疗手段，一般就是医学实体的主干部分；须从原文中逐字摘出。',
          '每个关键词配一句简短的描述，结合上下文和医学知识，讲清它在这段文字里具体指什么。',
          '关键词和描述要如实反映原文最主要的信息。',
        ],
        inputs: [{ heading: '输入文本', name: '原文', text }],
        terms,
        format: '关键词：{关键词}，描述：{描述}\n（每个关键词占一行）',
        empty: nothing,
      }),
    ];
  },
};
