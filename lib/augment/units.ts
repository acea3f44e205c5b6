/** Code-point offsets of a text's UTF-16 offsets. */
export function toCodePoints(text: string): (unit: number) => number {
  // Text without astral characters, nearly all of it, counts the same in both.
  if (!/[\ud800-\udfff]/.test(text)) return (unit) => unit;
  const offsets = new Int32Array(text.length + 1);
  let points = 0;
  for (let unit = 0; unit < text.length; unit++) {
    offsets[unit] = points;
    const paired = (text.charCodeAt(unit) & 0xfc00) === 0xd800 && (text.charCodeAt(unit + 1) & 0xfc00) === 0xdc00;
    if (!paired) points++;
  }
  offsets[text.length] = points;
  return (unit) => offsets[unit];
}
