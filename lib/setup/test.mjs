// npm test [-- test files or mocha's options]: set-up, then the tests: all of them, or the files named.
import { setup } from './setup.mjs';
import { at } from './paths.mjs';
import { foreground } from './run.mjs';

if (!(await setup({ quiet: true })).ok) process.exit(1);
const args = process.argv.slice(2);
const files = args.some((arg) => arg.endsWith('.test.ts')) ? [] : ['test/**/*.test.ts'];
process.exitCode = await foreground(process.execPath, [at('node_modules/mocha/bin/mocha.js'), ...args, ...files]);
