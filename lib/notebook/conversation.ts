import { escapeHtml, fontFamily, palette } from '../figures';
import type { Parsed } from '../llm';
import { showHtml, showTable } from './display';
import type { ChatTurn } from './recorded-chat';

const colours: Record<string, string> = { system: palette[7], user: palette[0], assistant: palette[2], 'made-up reply': palette[3] };

/** A conversation to the letter: who says what, line by line. With `last`, only the last so many of its messages, and how many stand before. */
export function conversationHtml({ messages, reply, invented }: Pick<ChatTurn, 'messages' | 'reply' | 'invented'>, last = messages.length): string {
  const shown = messages.slice(-last);
  const told = [...shown.map(({ role, content }) => ({ who: role as string, content })), { who: invented ? 'made-up reply' : 'assistant', content: reply.text }];
  const boxes = told.map(({ who, content }) =>
    `<div style="border-left:4px solid ${colours[who]};padding:2px 0 2px 10px;margin:6px 0"><b style="font-size:12px">${who}</b>` +
    `<div lang="zh" style="white-space:pre-wrap;overflow-wrap:anywhere">${escapeHtml(content)}</div></div>`);
  const before = messages.length > shown.length ? `<div style="font-size:12px">(after ${messages.length - shown.length} before)</div>` : '';
  return `<div style="font:13px/1.5 ${fontFamily}">${before}${boxes.join('\n')}</div>`;
}

export function showConversation(turn: ChatTurn, last?: number): void {
  showHtml(conversationHtml(turn, last));
}

/** What a parser took of a reply, in words of `say`, and what it did not, with cause and reason. */
export function parsedRows<T>(parsed: readonly Parsed<T>[], say: (value: T) => string): { taken: string; what: string; cause: string; reason: string }[] {
  return parsed.map((item) => ('value' in item
    ? { taken: 'yes', what: say(item.value), cause: '', reason: '' }
    : { taken: 'no', what: item.reject.subject ?? '–', cause: item.reject.cause, reason: item.reject.detail }));
}

export function showParsed<T>(parsed: readonly Parsed<T>[], say: (value: T) => string): void {
  showTable(parsedRows(parsed, say));
}
