// npm test [-- mocha's options]: set-up, then the whole test suite.
import { setup } from './setup.mjs';
import { at } from './paths.mjs';
import { foreground } from './run.mjs';

if (!(await setup({ quiet: true })).ok) process.exit(1);
process.exitCode = foreground(process.execPath, [at('node_modules/mocha/bin/mocha.js'), ...process.argv.slice(2)]);
