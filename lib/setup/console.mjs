// What set-up prints: one line a step, on stderr, so that stdout stays free for data.
// These files are plain ES modules because they run before anything is installed.

const colour = process.stderr.isTTY && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

export const say = (text = '') => process.stderr.write(text + '\n');
export const bold = (text) => paint('1', text);

/**
 * @typedef {object} Step what one step of set-up found or did
 * @property {string} name
 * @property {boolean} ok
 * @property {string} detail what is there, or what is missing
 * @property {string} [lost] what cannot be done without it
 * @property {string} [remedy] how to get it
 */

/** Prints a step: a tick and what is there, or a cross, what is missing, what that loses, and how to get it. */
export function sayStep(/** @type {Step} */ step) {
  const mark = step.ok ? paint('32', '✓') : paint('33', '✗');
  say(`${mark} ${step.name.padEnd(9)} ${step.detail}`);
  if (!step.ok && step.lost) say(`            lost: ${step.lost}`);
  if (!step.ok && step.remedy) say(`            to get it: ${step.remedy}`);
}

export const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;
