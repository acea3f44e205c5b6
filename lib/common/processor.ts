import { existsSync, readFileSync } from 'node:fs';

/**
 * The processor's features by Linux's names (avx2, amx_bf16, …); none where they are not told, as on other systems and architectures.
 * @param cpuinfo what /proc/cpuinfo says; the first processor speaks for all
 */
export function processorFeatures(cpuinfo = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : ''): ReadonlySet<string> {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1] ?? '';
  return new Set(flags.split(/\s+/).filter((flag) => flag !== ''));
}
