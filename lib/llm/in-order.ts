/** Results that wait for an earlier item's, for each item that may be under way. */
const ahead = 8;

/**
 * Does a job on every item, at most `size` at a time, and takes the results in the items' order. After a failure no further item is begun; what is
 * under way ends first, since its calls are paid for; what comes before the failed item is taken still.
 * @throws what the first job to fail threw
 */
export async function inOrder<T, R>(items: readonly T[], size: number, job: (item: T, index: number) => Promise<R>, take: (result: R, index: number) => void): Promise<void> {
  const results = new Map<number, R>();
  const running = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  let [begun, taken] = [0, 0];
  const start = (index: number): void => {
    const run = (async () => {
      try {
        results.set(index, await job(items[index], index));
        for (; results.has(taken); taken++) {
          const result = results.get(taken)!;
          // Before it is taken: where that fails it is not taken once more, nor is any behind it.
          results.delete(taken);
          take(result, taken);
        }
      } catch (error) {
        failure ??= { error };
      }
    })().finally(() => running.delete(run));
    running.add(run);
  };
  for (;;) {
    while (!failure && begun < items.length && running.size < size && begun - taken < size * ahead) start(begun++);
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (failure) throw failure.error;
}
