/**
 * Remembers what was made under each key, so that those who want the same share it. A failure is told to all who wait for it and then
 * forgotten: it may have been another's, and the next one tries again.
 */
export class OnceEach<T> {
  private readonly made = new Map<string, Promise<T>>();

  get(key: string, make: () => Promise<T>): Promise<T> {
    let known = this.made.get(key);
    if (!known) {
      this.made.set(key, (known = make()));
      known.catch(() => this.made.delete(key));
    }
    return known;
  }
}
