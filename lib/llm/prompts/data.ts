/** What could be read as the opening or the end of a delimiter: in either width, with white space, or another bracket of its shape. */
const lookAlike = /[<＜〈《‹«](?=\s*[/／\\]?\s*资\s*料)/gu;

/** A text that holds no delimiter. Its look-alikes, and references that the text itself holds, become references of their character: `&#x3C;`. */
export function escapeData(text: string): string {
  const reference = (character: string): string => `&#x${character.codePointAt(0)!.toString(16).toUpperCase()};`;
  return text.replace(/&(?=#x)/g, reference).replace(lookAlike, reference);
}

/** The inverse of `escapeData`. */
export function unescapeData(text: string): string {
  return text.replace(/&#x([0-9A-F]{2,5});/g, (_, code: string) => String.fromCodePoint(parseInt(code, 16)));
}

export interface DataBlock {
  name: string;
  text: string;
}

/** The data of a message, in order: what stands between delimiters, as it was before it was escaped. */
export function dataBlocks(content: string): DataBlock[] {
  return [...content.matchAll(/<资料 名="([^"]*)">\n([^]*?)\n<\/资料>/g)].map(([, name, text]) => ({ name, text: unescapeData(text) }));
}
