import { totalmem } from 'node:os';

/** Bytes of memory that this process and those that it starts may have: the machine's, or a container's. */
export function ownMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
