import { InputError } from '../common';
import { escapeHtml } from '../figures';

const letters: Record<string, string> = {
  alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ϵ', varepsilon: 'ε', eta: 'η', theta: 'θ', kappa: 'κ', lambda: 'λ', mu: 'μ', nu: 'ν', pi: 'π', rho: 'ρ',
  sigma: 'σ', tau: 'τ', phi: 'ϕ', varphi: 'φ', chi: 'χ', psi: 'ψ', omega: 'ω', Gamma: 'Γ', Delta: 'Δ', Theta: 'Θ', Lambda: 'Λ', Pi: 'Π', Sigma: 'Σ', Phi: 'Φ', Psi: 'Ψ', Omega: 'Ω',
  ell: 'ℓ', infty: '∞', top: '⊤', partial: '∂',
};
const operators: Record<string, string> = {
  le: '≤', ge: '≥', ne: '≠', ll: '≪', gg: '≫', approx: '≈', sim: '∼', propto: '∝', pm: '±', cdot: '⋅', times: '×', circ: '∘', odot: '⊙', oplus: '⊕', in: '∈', notin: '∉', subset: '⊂',
  cup: '∪', cap: '∩', to: '→', rightarrow: '→', mid: '∣', dots: '…', ldots: '…', cdots: '⋯', '{': '{', '}': '}', '|': '‖', '%': '%',
};
const functions = new Set(['log', 'ln', 'exp', 'max', 'min', 'sin', 'cos', 'tan', 'tanh', 'arg', 'Pr']);
/** Operators that carry their limits above and below where a formula stands alone. */
const withLimits: Record<string, string> = { sum: '∑', prod: '∏' };
/** Widths in em. */
const spaces: Record<string, number> = { ',': 0.167, ':': 0.222, ';': 0.278, '!': -0.167, ' ': 0.25, quad: 1, qquad: 2 };
/** Heights in em of the delimiters after these, as in TeX. */
const sizes: Record<string, number> = { big: 1.2, Big: 1.8, bigg: 2.4, Bigg: 3 };

/** A command with words as its argument, another command, a number, a character. */
const token = /\\(?:text|mathrm|operatorname)\{[^{}]*\}|\\(?:[A-Za-z]+|.)|[0-9]+(?:\.[0-9]+)?|\S/gu;

/** Every character that Markdown could take for its own is a reference. */
const written = (text: string): string => escapeHtml(text).replace(/[*_`[\]|\\~$]/g, (character) => `&#${character.charCodeAt(0)};`);
const row = (nodes: string[]): string => (nodes.length === 1 ? nodes[0] : `<mrow>${nodes.join('')}</mrow>`);
const identifier = (text: string): string => `<mi>${written(text)}</mi>`;
const operator = (text: string, attributes = ''): string => `<mo${attributes}>${written(text)}</mo>`;
const upright = (text: string): string => `<mi mathvariant="normal">${written(text)}</mi>`;

class Parser {
  private readonly tokens: string[];
  private at = 0;

  constructor(private readonly tex: string) {
    this.tokens = tex.match(token) ?? [];
  }

  formula(): string {
    const nodes = this.nodes();
    if (this.at < this.tokens.length) throw this.wrong(`a ${this.tokens[this.at]} that nothing opened`);
    return row(nodes);
  }

  private wrong(what: string): InputError {
    return new InputError(`formula ${this.tex}: found ${what}; lib/notebook/mathml.ts tells what is known`);
  }

  private nodes(): string[] {
    const found: string[] = [];
    while (this.at < this.tokens.length && this.tokens[this.at] !== '}') found.push(this.scripted());
    return found;
  }

  /** An atom with its subscript and superscript. */
  private scripted(): string {
    const limits = withLimits[this.tokens[this.at].slice(1)] !== undefined;
    const base = this.atom();
    let [sub, sup] = ['', ''];
    for (;;) {
      const mark = this.tokens[this.at];
      if (mark !== '_' && mark !== '^') break;
      if (mark === '_' ? sub : sup) throw this.wrong(`two ${mark} at one place`);
      this.at++;
      if (mark === '_') sub = this.atom();
      else sup = this.atom();
    }
    if (!sub && !sup) return base;
    const name = limits ? `m${sub && 'under'}${sup && 'over'}` : `m${sub && 'sub'}${sup && 'sup'}`;
    return `<${name}>${base}${sub}${sup}</${name}>`;
  }

  private atom(): string {
    const next = this.tokens[this.at++];
    if (next === undefined) throw this.wrong('the end where something must follow');
    if (next === '{') {
      const nodes = this.nodes();
      if (this.tokens[this.at++] !== '}') throw this.wrong('a { that nothing closes');
      return row(nodes);
    }
    if (next.startsWith('\\')) return this.command(next.slice(1));
    if (/^[0-9]/.test(next)) return `<mn>${next}</mn>`;
    if (/^\p{L}$/u.test(next)) return identifier(next);
    if (next === '-') return operator('−');
    if (next === '*') return operator('∗');
    if (/^[()[\]]$/.test(next)) return operator(next, ' stretchy="false"');
    if (/^[|/]$/.test(next)) return operator(next, ' stretchy="false" lspace="0" rspace="0"'); // a bar may open or close
    if (/^[+=<>,;:.!']$/.test(next)) return operator(next);
    throw this.wrong(`a ${next} where it means nothing`);
  }

  private command(name: string): string {
    if (letters[name]) return identifier(letters[name]);
    if (operators[name]) return operator(operators[name]);
    if (withLimits[name]) return operator(withLimits[name], ' movablelimits="true"');
    if (name === 'int') return operator('∫');
    if (functions.has(name)) return this.applied(name);
    if (spaces[name] !== undefined) return `<mspace width="${spaces[name]}em"></mspace>`;
    if (sizes[name]) return operator(this.tokens[this.at++] ?? '', ` stretchy="true" symmetric="true" minsize="${sizes[name]}em" maxsize="${sizes[name]}em"`);
    const [, verb, words] = /^(text|mathrm|operatorname)\{(.*)\}$/su.exec(name) ?? [];
    switch (verb ?? name) {
      case 'frac': return `<mfrac>${this.atom()}${this.atom()}</mfrac>`;
      case 'tfrac': return `<mstyle displaystyle="false"><mfrac>${this.atom()}${this.atom()}</mfrac></mstyle>`;
      case 'sqrt': return `<msqrt>${this.atom()}</msqrt>`;
      case 'bar': return `<mover accent="true">${this.atom()}<mo stretchy="false">¯</mo></mover>`;
      case 'hat': return `<mover accent="true">${this.atom()}<mo stretchy="false">^</mo></mover>`;
      case 'text': return `<mtext>${written(words)}</mtext>`;
      case 'mathrm': return upright(words);
      case 'operatorname': return this.applied(words);
      default: throw this.wrong(`\\${name}`);
    }
  }

  /** A function's name, a little apart from an argument without brackets. */
  private applied(name: string): string {
    const bare = /^(?:[\p{L}0-9]|\\(?!big|Big|,|;))/u.test(this.tokens[this.at] ?? '');
    return bare ? `<mrow>${upright(name)}<mspace width="0.167em"></mspace></mrow>` : upright(name);
  }
}

/**
 * A formula of TeX's mathematics as MathML, which browsers set without a script: letters, numbers, operators, functions, fractions, roots,
 * accents, indices, sums, spaces, delimiters of a size.
 * @throws InputError for anything else
 */
export function mathml(tex: string, display = false): string {
  return `<math${display ? ' display="block"' : ''}>${new Parser(tex).formula()}</math>`;
}

const pieces = /(```[\s\S]*?```|`[^`]*`)|\$\$([\s\S]+?)\$\$|(?<![\\$])\$(?!\s)([^$\n]*?[^\s\\$])\$(?!\d)/g;

/** Markdown with its formulas, `$…$` and `$$…$$`, as MathML; one that is not known stays as it was written, marked as code. */
export function withMathml(markdown: string): string {
  return markdown.replace(pieces, (whole, code: string | undefined, display: string | undefined, inline: string | undefined) => {
    if (code !== undefined) return whole;
    try {
      return mathml(display ?? inline!, display !== undefined);
    } catch (error) {
      if (error instanceof InputError) return `<code>${written(whole)}</code>`;
      throw error;
    }
  });
}
