import { readClaims } from './claims';
import { checkF1 } from './f1';
import { checkLastDigits } from './last-digits';
import { checkIdentical, checkRepeated } from './repeats';
import type { AuditRow } from './row';
import { checkStatement } from './statements';
import { checkTTest } from './t-test';

/** Every figure of the two papers that their other figures determine, beside what they make of it. */
export function auditPapers(): AuditRow[] {
  return [...checkF1(), ...checkIdentical(), ...checkRepeated(), ...checkLastDigits(), ...readClaims().flatMap(checkStatement), ...checkTTest()];
}
