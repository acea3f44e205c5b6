import { leastInside, NormalForm } from '../text/normal-form';

/** Normalised characters in common that give a passage away as holding a part of a document. */
const run = 40;
/**
 * Parts of documents that are indexed: one in every `stride` positions, of `window` characters. A run of 40 holds one of
 * them whole, wherever it begins: window + stride − 1 = 40.
 */
const stride = 20;
const window = run + 1 - stride;

export interface GuardedText {
  id: string;
  text: string;
}

/** Why a passage must not be trained on: it holds a guarded document whole, or 40 or more characters of one in a row. */
export interface GuardMatch {
  kind: 'document' | 'run';
  /** The document's id. */
  id: string;
}

/**
 * Finds the texts of scored documents in passages, also when they are set another way (see `NormalForm`). A document of
 * fewer than 10 normalised characters matches only as a whole passage or sentence. Every position of a passage is looked
 * up by a rolling hash, and each hit is compared character by character, so that nothing is left out by chance.
 *
 * `ScoredDocuments` of the augmentation is another guard over the same normal form: it judges new training documents, sentence by sentence and
 * by the mentions that they mark. Here passages of any origin, gigabytes of them, are left out whole, also for a part of a document.
 */
export class Guard {
  private readonly ids: string[] = [];
  /** Normal forms of all longer documents, one after another; document d is units [starts[d], starts[d + 1]). */
  private readonly units: Uint16Array;
  private readonly starts: number[] = [0];
  private readonly short = new Map<string, string>();
  private readonly beginnings: PositionIndex;
  private readonly windows: PositionIndex;
  private readonly form = new NormalForm();

  constructor(documents: Iterable<GuardedText>) {
    const forms: Uint16Array[] = [];
    for (const { id, text } of documents) {
      const { units, length } = this.form.take(text);
      if (length === 0) continue;
      if (length < leastInside) {
        const form = this.form.slice();
        if (!this.short.has(form)) this.short.set(form, id);
        continue;
      }
      forms.push(units.slice(0, length));
      this.ids.push(id);
      this.starts.push(this.starts[this.starts.length - 1] + length);
    }
    this.units = new Uint16Array(this.starts[this.starts.length - 1]);
    forms.forEach((form, d) => this.units.set(form, this.starts[d]));
    const parts: number[] = [];
    const owners: number[] = [];
    forms.forEach((form, d) => {
      for (let at = 0; form.length >= run && at + window <= form.length; at += stride) {
        parts.push(this.starts[d] + at);
        owners.push(d);
      }
    });
    this.beginnings = new PositionIndex(this.units, leastInside, this.starts.slice(0, -1), this.ids.map((_, d) => d));
    this.windows = new PositionIndex(this.units, window, parts, owners);
  }

  /** Why the passage must be left out; null if it need not. A document held whole is told before a part of one. */
  find(text: string): GuardMatch | null {
    const form = this.form.take(text);
    const short = this.findShort(form);
    if (short !== undefined) return { kind: 'document', id: short };
    const whole = this.beginnings.find(form, (at, _start, d) => this.holds(form, at, d));
    if (whole >= 0) return { kind: 'document', id: this.ids[whole] };
    const part = this.windows.find(form, (at, start, d) => this.runAround(form, at, start, d) >= run);
    return part >= 0 ? { kind: 'run', id: this.ids[part] } : null;
  }

  private findShort(form: NormalForm): string | undefined {
    if (this.short.size === 0) return undefined;
    if (form.length < leastInside) {
      const id = this.short.get(form.slice());
      if (id !== undefined) return id;
    }
    let start = 0;
    for (const end of form.sentenceEnds) {
      const id = end - start < leastInside ? this.short.get(form.slice(start, end)) : undefined;
      if (id !== undefined) return id;
      start = end;
    }
    return undefined;
  }

  /** Whether document d stands in the form at `at`. */
  private holds(form: NormalForm, at: number, d: number): boolean {
    const [start, end] = [this.starts[d], this.starts[d + 1]];
    if (at + end - start > form.length) return false;
    for (let i = start; i < end; i++) if (this.units[i] !== form.units[at + i - start]) return false;
    return true;
  }

  /** Characters that the form from `at` and document d from `start` have in common, before and after that place too. */
  private runAround(form: NormalForm, at: number, start: number, d: number): number {
    let after = 0;
    while (at + after < form.length && start + after < this.starts[d + 1] && form.units[at + after] === this.units[start + after]) after++;
    let before = 0;
    while (at - before > 0 && start - before > this.starts[d] && form.units[at - before - 1] === this.units[start - before - 1]) before++;
    return after === 0 ? 0 : before + after;
  }
}

const base = 0x01000193;

/** Positions in a row of units by the hash of the `width` units that begin there. */
class PositionIndex {
  private readonly slots: Int32Array;
  private readonly next: Int32Array;
  private readonly hashes: Int32Array;
  private readonly shift: number;
  /** base^(width − 1), the weight of the unit that leaves the window. */
  private readonly oldest: number;

  constructor(units: Uint16Array, private readonly width: number, private readonly positions: readonly number[], private readonly owners: readonly number[]) {
    const bits = Math.max(4, Math.ceil(Math.log2(positions.length + 1)) + 2);
    this.shift = 32 - bits;
    this.slots = new Int32Array(2 ** bits).fill(-1);
    this.next = new Int32Array(positions.length);
    this.hashes = new Int32Array(positions.length);
    let oldest = 1;
    for (let i = 1; i < width; i++) oldest = Math.imul(oldest, base);
    this.oldest = oldest;
    positions.forEach((position, entry) => {
      let hash = 0;
      for (let i = 0; i < width; i++) hash = (Math.imul(hash, base) + units[position + i]) | 0;
      const slot = this.slotOf(hash);
      this.hashes[entry] = hash;
      this.next[entry] = this.slots[slot];
      this.slots[slot] = entry;
    });
  }

  /** The owner of the first position whose hash stands in the form and that `accepts`; -1 without one. */
  find(form: NormalForm, accepts: (at: number, position: number, owner: number) => boolean): number {
    const { width, oldest, slots, next, hashes } = this;
    const { units, length } = form;
    if (this.positions.length === 0) return -1;
    let hash = 0;
    for (let end = 0; end < length; end++) {
      if (end >= width) hash = (hash - Math.imul(oldest, units[end - width])) | 0;
      hash = (Math.imul(hash, base) + units[end]) | 0;
      if (end + 1 < width) continue;
      for (let entry = slots[this.slotOf(hash)]; entry >= 0; entry = next[entry]) {
        if (hashes[entry] === hash && accepts(end + 1 - width, this.positions[entry], this.owners[entry])) return this.owners[entry];
      }
    }
    return -1;
  }

  private slotOf(hash: number): number {
    return Math.imul(hash ^ (hash >>> 15), 0x9e3779b1) >>> this.shift;
  }
}
