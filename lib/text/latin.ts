/**
 * Whether a place in a text, between two characters, is inside a Latin word: PT is no word of PTH. Places count as the text does, in UTF-16 units of a
 * string or in code points of a list of them.
 */
export const insideLatin = (text: string | readonly string[], at: number): boolean => isLatin(text[at - 1]) && isLatin(text[at]);

const isLatin = (character: string | undefined): boolean => character !== undefined && /^[a-zA-Z]$/.test(character);
