import { systemMessage, taskMessage, type Prompt } from './prompt';

/** The parts of speech asked for: a closed set, so that equal ones are equal texts to the encoder (Eq. 5). */
export const partsOfSpeech = ['名词', '动词', '形容词', '副词', '数词', '量词', '代词', '区别词', '其他'] as const;
export type PartOfSpeech = (typeof partsOfSpeech)[number];

/**
 * Paper A, Table 3: the part of speech of each keyword. The table's input is the list alone, yet its second and third requirements ask for the
 * keyword's function in the text; the text is therefore given as well.
 */
export const partsOfSpeechPrompt: Prompt<{ text: string; keywords: readonly string[] }> = {
  name: 'parts-of-speech',
  version: 1,
  build({ text, keywords }) {
    return [
      systemMessage({ name: this.name, version: this.version, role: '你是中文语法专家，熟悉医学语言。' }),
      taskMessage({
        task: '请为下面列表中的每个关键词标出词性。',
        requirements: [
          '列表里的关键词摘自一段医疗文字，可能是病名、诊疗手段、症状等。',
          `依据关键词在原文中的语法作用，给每一个标出准确的词性，从下列词性中选一个：${partsOfSpeech.join('、')}。`,
          '词性要与关键词在这段医疗文字中的意思相符。',
        ],
        inputs: [
          { heading: '输入文本', name: '原文', text },
          { heading: '输入关键词列表', name: '关键词', text: keywords.join('、') },
        ],
        format: '关键词：{关键词}，词性：{词性}\n（每个关键词占一行）',
      }),
    ];
  },
};
