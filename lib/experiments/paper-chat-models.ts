/** The chat models of paper A, as it prints them and as a server or a folder may call them. Other versions are other models. */
export const paperChatModels = [
  { printed: 'ChatGLM-6B-v1.1', called: /(?:^|\/)chatglm-6b(?:-v1\.1)?$/i, example: 'chatglm-6b' },
  { printed: 'ChatGPT-3.5-turbo', called: /(?:^|\/)gpt-3\.5-turbo(?:-0613)?$/i, example: 'gpt-3.5-turbo-0613' },
  { printed: 'Qwen-14B-Chat', called: /(?:^|\/)qwen-14b-chat$/i, example: 'Qwen/Qwen-14B-Chat' },
] as const;
export type PaperChatModel = (typeof paperChatModels)[number];

/** The one that all of paper A but Table 7 is made with (section 4.3). */
export const [paperChatModel] = paperChatModels;

/** The paper's chat model of a name; undefined where it is none of them. */
export const paperChatModelCalled = (name: string): PaperChatModel | undefined => paperChatModels.find(({ called }) => called.test(name));
