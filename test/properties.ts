// Loaded before the tests: properties try the same cases on every machine, so that a failure is the change's. Others are tried with MEDNER_TEST_SEED.
import * as fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.MEDNER_TEST_SEED ?? 1) });
