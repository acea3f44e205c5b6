/**
 * Text as Unicode code points. Every offset in the project counts code points; JavaScript strings count UTF-16 units,
 * so a character outside the basic plane (𠮷, 🩺) is one here and two there.
 */
export function codePoints(text: string): string[] {
  return Array.from(text);
}

export function codePointLength(text: string): number {
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit < 0xdc00 && i + 1 < text.length) {
      const next = text.charCodeAt(i + 1);
      if (next >= 0xdc00 && next < 0xe000) i++;
    }
    length++;
  }
  return length;
}

/** The substring of code points [start, end). */
export function sliceCodePoints(text: string, start: number, end: number): string {
  // Text without astral characters, nearly all of it, needs no array.
  if (!/[\ud800-\udfff]/.test(text)) return text.slice(Math.max(0, start), Math.max(0, end));
  return codePoints(text).slice(Math.max(0, start), Math.max(0, end)).join('');
}
