/**
 * Works on items, up to `most` of them at once, and yields what comes of each as it ends. Items that want to be alone come last then, each when
 * nothing else is under way. The first failure ends it.
 */
export async function* atOnce<T, R>(items: readonly T[], most: number, wantsToBeAlone: (item: T) => boolean, work: (item: T) => Promise<R>): AsyncGenerator<R> {
  const waiting = most > 1 ? [...items.filter((item) => !wantsToBeAlone(item)), ...items.filter(wantsToBeAlone)] : [...items];
  const underWay = new Map<T, Promise<{ item: T; result: R }>>();
  while (waiting.length > 0 || underWay.size > 0) {
    while (waiting.length > 0 && underWay.size < most && (underWay.size === 0 || !wantsToBeAlone(waiting[0]))) {
      const item = waiting.shift()!;
      const ended = work(item).then((result) => ({ item, result }));
      // Whoever is under way when another fails is not waited for, and may fail too.
      ended.catch(() => undefined);
      underWay.set(item, ended);
    }
    const { item, result } = await Promise.race(underWay.values());
    underWay.delete(item);
    yield result;
  }
}
