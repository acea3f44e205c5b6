import assert from 'node:assert/strict';
import { printedFor } from '../../lib/experiments/few-shot/printed';

describe("whose few-shot figures of paper A's Table 8 stand beside a server's model", () => {
  const rowOf = (model: string): string | undefined => printedFor({ model, body: {} })?.row;

  it('the line of that model, whoever serves it and whatever its release', () => {
    const own: Record<string, string[]> = {
      'GPT-4 (few-shot)': ['gpt-4', 'openai/gpt-4', 'gpt-4-0613'],
      'ChatGPT (few-shot)': ['gpt-3.5-turbo', 'openai/gpt-3.5-turbo-0613', 'ChatGPT'],
      'ChatGLM-4 (few-shot)': ['glm-4', 'THUDM/ChatGLM4', 'chatglm-4', 'glm-4-0520'],
      'Qwen-14B (few-shot)': ['Qwen/Qwen-14B-Chat', 'qwen-14b', 'qwen-14b-chat'],
    };
    for (const [row, models] of Object.entries(own)) assert.deepEqual(models.map(rowOf), models.map(() => row));
  });

  it('none beside its siblings, and none beside what answers by rule', () => {
    const others = [
      'gpt-4-turbo', 'gpt-4-turbo-2024-04-09', 'gpt-4-1106-preview', 'gpt-4o', 'gpt-4.1', 'gpt-4-32k', 'gpt-3.5-turbo-instruct', 'gpt-3.5-turbo-16k', 'chatgpt-4o-latest',
      'glm-4-flash', 'glm-4-air', 'glm-4v', 'glm-4.5', 'glm-4-9b-chat', 'Qwen/Qwen1.5-14B-Chat', 'qwen-14b-chat-int4', 'qwen2.5-14b-instruct', 'my-gpt-4', 'offline-lexicon',
    ];
    assert.deepEqual(others.map(rowOf), others.map(() => undefined));
  });
});
