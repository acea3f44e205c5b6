// npm start: set-up, then the main job on the embedded corpus, then the report.
import { bold, say } from './console.mjs';
import { medner } from './medner.mjs';
import { setup } from './setup.mjs';

const extra = process.argv.slice(2);
if (extra.length) {
  say(`npm start takes no arguments (found: ${extra.join(' ')}). For anything else: npx medner --help`);
  process.exit(2);
}
say(bold('1/3  set-up'));
if (!(await setup()).ok) process.exit(1);
say(bold('2/3  experiments: entity lengths, and paper B\'s comparison at quick scale'));
const status = await medner(['experiment', 'length-statistics', 'b-comparison', '--profile', 'quick']);
if (status !== 0) process.exit(status);
say(bold('3/3  report'));
process.exitCode = await medner(['report']);
