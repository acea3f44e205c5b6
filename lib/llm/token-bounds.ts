import { codePointLength } from '../common';
import type { ChatMessage } from './types';

/** What chat templates put around a message (role marks), and before the first (a system prompt of the template's own, as Qwen's has). */
const tokensPerMessage = 16;
const tokensOfTemplate = 64;

/**
 * Prompt tokens that no tokenizer exceeds: those of today's chat models fall back to bytes, so that none makes more tokens than a text has
 * bytes in UTF-8. For Chinese some four times the real number.
 */
export function mostPromptTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => sum + Buffer.byteLength(content) + tokensPerMessage, tokensOfTemplate);
}

/**
 * Prompt tokens that a conversation surely has: two Chinese characters or eight others a token. For refusing what cannot fit, since some
 * servers (Ollama) cut such a prompt and say nothing.
 */
export function fewestPromptTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { content }) => {
    const characters = codePointLength(content);
    const chinese = content.match(/\p{Script=Han}/gu)?.length ?? 0;
    return sum + Math.floor(chinese / 2 + (characters - chinese) / 8);
  }, 0);
}
