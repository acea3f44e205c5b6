import temml from 'temml';
import { InputError } from '../common';
import { escapeHtml } from '../figures';

/** Every character that Markdown could take for its own is a reference. */
const kept = (text: string): string => text.replace(/[*_`[\]|\\~$]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * A formula of TeX's mathematics as MathML, which browsers set without a script or a font from elsewhere.
 * @throws InputError for what is none
 */
export function mathml(tex: string, display = false): string {
  let math: string;
  try {
    math = temml.renderToString(tex, { displayMode: display, throwOnError: true });
  } catch (error) {
    // Of some unfinished formulas temml says no more than a TypeError.
    throw new InputError(`formula ${tex}: ${(error as Error).message.trim()}`);
  }
  return math.replace(/>([^<]+)</g, (_, text: string) => `>${kept(text)}<`);
}

const pieces = /(```[\s\S]*?```|`[^`]*`)|\$\$([\s\S]+?)\$\$|(?<![\\$])\$(?!\s)([^$\n]*?[^\s\\$])\$(?!\d)/g;

/** Markdown with its formulas, `$…$` and `$$…$$`, as MathML; what is none stays as it was written, marked as code. */
export function withMathml(markdown: string): string {
  return markdown.replace(pieces, (whole, code: string | undefined, display: string | undefined, inline: string | undefined) => {
    if (code !== undefined) return whole;
    try {
      return mathml(display ?? inline!, display !== undefined);
    } catch (error) {
      if (error instanceof InputError) return `<code>${kept(escapeHtml(whole))}</code>`;
      throw error;
    }
  });
}
