/** A term found at UTF-16 units [start, end) of a text; `term` is its place in the list of terms. */
export type Visit = (start: number, end: number, term: number) => void;

/** Units of a level's ranges while building, and of a node's children. */
interface Range {
  low: number;
  high: number;
}

/**
 * Finds all of many terms in one pass over a text (Aho and Corasick 1975, doi:10.1145/360825.360855), by UTF-16 units. States are numbered breadth
 * first over the sorted terms, so a state's children stand side by side: `first[s]` to `first[s + 1]` are their numbers, `unit[child]` their
 * letter. That is the whole goto table, six bytes a state; the root alone has a table by unit.
 */
export class AhoCorasick {
  readonly states: number;
  private readonly unit: Uint16Array;
  private readonly first: Int32Array;
  private readonly fail: Int32Array;
  /** The term that ends in a state, or -1. */
  private readonly term: Int32Array;
  /** The longest proper suffix of a state that is a term itself; 0 for none. */
  private readonly shorter: Int32Array;
  private readonly root = new Int32Array(0x10000);
  private readonly lengths: Int32Array;

  /** Terms must be distinct and not empty. */
  constructor(terms: readonly string[]) {
    const order = terms.map((_, i) => i).sort((a, b) => (terms[a] < terms[b] ? -1 : terms[a] > terms[b] ? 1 : 0));
    order.forEach((id, i) => {
      if (terms[id] === '') throw new Error('an empty term cannot be looked for');
      if (i > 0 && terms[order[i - 1]] === terms[id]) throw new Error(`the term ${terms[id]} is given twice`);
    });
    this.lengths = Int32Array.from(terms, (term) => term.length);
    const room = terms.reduce((sum, term) => sum + term.length, 1);
    const [unit, first, term] = [new Uint16Array(room), new Int32Array(room + 1), new Int32Array(room).fill(-1)];
    let states = 1;
    let level: Range[] = [{ low: 0, high: terms.length }];
    for (let depth = 0, state = 0; level.length > 0; depth++) {
      const next: Range[] = [];
      for (const { low, high } of level) {
        let i = low;
        // Of terms that share a state the one that ends there is sorted first.
        if (i < high && terms[order[i]].length === depth) term[state] = order[i++];
        first[state] = states;
        while (i < high) {
          const letter = terms[order[i]].charCodeAt(depth);
          const from = i;
          while (i < high && terms[order[i]].charCodeAt(depth) === letter) i++;
          unit[states++] = letter;
          next.push({ low: from, high: i });
        }
        state++;
      }
      level = next;
    }
    first[states] = states;
    this.states = states;
    this.unit = unit.slice(0, states);
    this.first = first.slice(0, states + 1);
    this.term = term.slice(0, states);
    for (let child = this.first[0]; child < this.first[1]; child++) this.root[this.unit[child]] = child;
    [this.fail, this.shorter] = this.links();
  }

  /** Parents have smaller numbers than their children, and so do all shorter states: one pass in order sets every link. */
  private links(): [fail: Int32Array, shorter: Int32Array] {
    const [fail, shorter] = [new Int32Array(this.states), new Int32Array(this.states)];
    for (let state = 0; state < this.states; state++) {
      for (let child = this.first[state]; child < this.first[state + 1]; child++) {
        let back = fail[state];
        let target = state === 0 ? 0 : this.child(back, this.unit[child]);
        while (target === 0 && back !== 0) {
          back = fail[back];
          target = this.child(back, this.unit[child]);
        }
        fail[child] = target;
        shorter[child] = this.term[target] >= 0 ? target : shorter[target];
      }
    }
    return [fail, shorter];
  }

  /** The state after `letter`, or 0. */
  private child(state: number, letter: number): number {
    if (state === 0) return this.root[letter];
    const { unit, first } = this;
    let low = first[state];
    let high = first[state + 1] - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = unit[middle];
      if (found === letter) return middle;
      if (found < letter) low = middle + 1;
      else high = middle - 1;
    }
    return 0;
  }

  /** Every occurrence of every term, in order of end; of those that end together the longest first. */
  all(text: string, visit: Visit): void {
    const { term, shorter, lengths, fail } = this;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      const letter = text.charCodeAt(i);
      let next = this.child(state, letter);
      while (next === 0 && state !== 0) {
        state = fail[state];
        next = this.child(state, letter);
      }
      state = next;
      for (let hit = term[state] >= 0 ? state : shorter[state]; hit !== 0; hit = shorter[hit]) {
        visit(i + 1 - lengths[term[hit]], i + 1, term[hit]);
      }
    }
  }

  /** Every occurrence of every term, in order of start; of those that start together the shortest first. */
  byStart(text: string, visit: Visit): void {
    for (let i = 0; i < text.length; i++) this.from(text, i, text.length, (term) => visit(i, i + this.lengths[term], term));
  }

  /** From left to right the longest term at each place, none overlapping an earlier one. */
  longest(text: string, visit: Visit): void {
    for (let i = 0; i < text.length;) {
      let best = -1;
      this.from(text, i, text.length, (term) => (best = term));
      if (best >= 0) visit(i, i + this.lengths[best], best);
      i += best >= 0 ? this.lengths[best] : 1;
    }
  }

  /**
   * The longest terms, and whatever lies inside one of them; what crosses one of them is left out. In order of start, the longest of those that
   * start together last.
   */
  nested(text: string, visit: Visit): void {
    this.longest(text, (start, end) => {
      for (let i = start; i < end; i++) this.from(text, i, end, (term) => visit(i, i + this.lengths[term], term));
    });
  }

  /** The terms that begin at `start` and end by `limit`, the shortest first: one branch of the goto table, without failure links. */
  private from(text: string, start: number, limit: number, found: (term: number) => void): void {
    for (let state = 0, i = start; i < limit; i++) {
      state = this.child(state, text.charCodeAt(i));
      if (state === 0) return;
      if (this.term[state] >= 0) found(this.term[state]);
    }
  }
}
