import { InputError } from '../common';
import { assemble, f32, f32x4, get, i32, loop, set, type Code, type ValueType, type WasmFunction } from './wasm';

/** Sigmoid by linear interpolation between 64 points a unit on [-16, 16]: off by at most 3e-6. */
const sigmoidReach = 16;
const sigmoidPoints = 64;

/** y += scale · x over rows of `bytes` bytes. */
function addScaled(): WasmFunction {
  const [y, x, scale, bytes, at, factor] = [0, 1, 2, 3, 4, 5];
  const address = (row: number) => i32.add(get(row), get(at));
  const sum = f32x4.add(f32x4.load(address(y)), f32x4.multiply(get(factor), f32x4.load(address(x))));
  return {
    name: 'addScaled',
    parameters: ['i32', 'i32', 'f32', 'i32'],
    locals: ['i32', 'f32x4'],
    body: [...set(factor, f32x4.splat(get(scale))), ...loop(at, get(bytes), 16, f32x4.store(address(y), sum))],
  };
}

/**
 * One step of stochastic gradient descent on −log σ(o₀·h) − Σₖ log σ(−oₖ·h), target 0 being the observed word: with
 * gₖ = rate · ([k = 0] − σ(oₖ·h)), destination = keep · h + Σₖ gₖ oₖ, then oₖ += gₖ h. Written out for a number of targets:
 * one pass over the vectors scores them all, a second updates them all.
 */
function step(count: number): WasmFunction {
  const [hidden, keep, destination, targets, rate, bytes, sigmoid] = [0, 1, 2, 3, 4, 5, 6];
  const [at, score, point, h, sum, old, kept] = [7, 8, 9, 10, 11, 12, 13];
  const row = (k: number) => 14 + k;
  const factor = (k: number) => 14 + count + k; // first the score's four partial sums, then gₖ
  const all = (code: (k: number) => Code): Code => Array.from({ length: count }, (_, k) => code(k)).flat();
  const address = (base: number) => i32.add(get(base), get(at));
  const zero = f32x4.splat(f32.constant(0));
  const loadHidden = set(h, f32x4.load(address(hidden)));

  const lanes = (k: number) => [0, 1, 2, 3].map((lane) => f32x4.lane(get(factor(k)), lane));
  const clamped = f32.maximum(f32.minimum(get(score), f32.constant(sigmoidReach - 1 / sigmoidPoints)), f32.constant(-sigmoidReach));
  const entry = (offset: number) => f32.load(i32.add(get(sigmoid), i32.shiftLeft(get(point), i32.constant(2))), offset);
  const fraction = f32.subtract(get(score), f32.fromI32(get(point)));
  const interpolated: Code = f32.add(entry(0), f32.multiply(fraction, f32.subtract(entry(4), entry(0))));
  const scoreToFactor = (k: number): Code => {
    const [a, b, c, d] = lanes(k);
    return [
      ...set(score, f32.add(f32.add(a, b), f32.add(c, d))),
      ...set(score, f32.multiply(f32.add(clamped, f32.constant(sigmoidReach)), f32.constant(sigmoidPoints))),
      ...set(point, i32.fromF32(get(score))),
      ...set(factor(k), f32x4.splat(f32.multiply(get(rate), f32.subtract(f32.constant(k === 0 ? 1 : 0), interpolated)))),
    ];
  };
  const update = (k: number): Code => [
    ...set(old, f32x4.load(address(row(k)))),
    ...set(sum, f32x4.add(get(sum), f32x4.multiply(get(factor(k)), get(old)))),
    ...f32x4.store(address(row(k)), f32x4.add(get(old), f32x4.multiply(get(factor(k)), get(h)))),
  ];
  return {
    name: 'step',
    parameters: ['i32', 'f32', 'i32', 'i32', 'f32', 'i32', 'i32'],
    locals: [
      'i32', 'f32', 'i32', 'f32x4', 'f32x4', 'f32x4', 'f32x4',
      ...new Array<ValueType>(count).fill('i32'), ...new Array<ValueType>(count).fill('f32x4'),
    ],
    body: [
      ...all((k) => [...set(row(k), i32.load(get(targets), k * 4)), ...set(factor(k), zero)]),
      ...loop(at, get(bytes), 16, [
        ...loadHidden,
        ...all((k) => set(factor(k), f32x4.add(get(factor(k)), f32x4.multiply(get(h), f32x4.load(address(row(k))))))),
      ]),
      ...all(scoreToFactor),
      ...set(kept, f32x4.splat(get(keep))),
      ...loop(at, get(bytes), 16, [
        ...loadHidden,
        ...set(sum, f32x4.multiply(get(kept), get(h))),
        ...all(update),
        ...f32x4.store(address(destination), get(sum)),
      ]),
    ],
  };
}

/** The part of the WebAssembly API used here; Node's type declarations have none of it. */
interface WasmRuntime {
  Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer };
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: Record<string, unknown> };
}
const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WasmRuntime }).WebAssembly;

const modules = new Map<number, object>();

/** The kernel for a number of targets, compiled once. */
function kernel(targets: number): object {
  let compiled = modules.get(targets);
  if (compiled === undefined) modules.set(targets, (compiled = new Module(assemble([step(targets), addScaled()]))));
  return compiled;
}

/**
 * The two tables of negative sampling, each [rows × stride] float32, and its update, in WebAssembly SIMD: plain
 * JavaScript has no vector instructions and was eight times slower at its best. `stride` is the dimension rounded up to 4; the
 * padding starts at zero and stays so. WebAssembly's SIMD is exact IEEE arithmetic, so every machine gets the same bits.
 */
export class NegativeSampling {
  readonly stride: number;
  /** The word vectors. */
  readonly input: Float32Array;
  /** The context vectors. */
  readonly output: Float32Array;
  private readonly rowBytes: number;
  private readonly inputAt: number;
  private readonly outputAt: number;
  private readonly hiddenAt: number;
  private readonly gradientAt: number;
  private readonly sigmoidAt: number;
  private readonly targetsAt: number;
  private readonly targets: Int32Array;
  private readonly hidden: Float32Array;
  private readonly step: (hidden: number, keep: number, destination: number, targets: number, rate: number, bytes: number, sigmoid: number) => void;
  private readonly addScaled: (y: number, x: number, scale: number, bytes: number) => void;

  /** @param targets the observed word and its negatives. */
  constructor(rows: number, dimension: number, targets: number) {
    this.stride = Math.ceil(dimension / 4) * 4;
    this.rowBytes = this.stride * 4;
    const sigmoid = Float32Array.from({ length: 2 * sigmoidReach * sigmoidPoints + 1 }, (_, i) => 1 / (1 + Math.exp(sigmoidReach - i / sigmoidPoints)));
    let end = 0;
    const place = (bytes: number) => {
      const at = end;
      end += Math.ceil(bytes / 16) * 16;
      return at;
    };
    this.sigmoidAt = place(sigmoid.byteLength);
    this.targetsAt = place(targets * 4);
    this.hiddenAt = place(this.rowBytes);
    this.gradientAt = place(this.rowBytes);
    this.inputAt = place(rows * this.rowBytes);
    this.outputAt = place(rows * this.rowBytes);
    // Addresses are signed 32-bit integers here.
    if (end > 0x7fff0000) {
      throw new InputError(`Word vectors of ${rows} words × ${dimension} dimensions need ${Math.ceil(end / 2 ** 20)} MiB; the most is 2047. Raise minCount or lower dimension.`);
    }
    const memory = new Memory({ initial: Math.ceil(end / 65536) });
    const { exports } = new Instance(kernel(targets), { host: { memory } });
    this.step = exports.step as NegativeSampling['step'];
    this.addScaled = exports.addScaled as NegativeSampling['addScaled'];
    new Float32Array(memory.buffer, this.sigmoidAt, sigmoid.length).set(sigmoid);
    this.targets = new Int32Array(memory.buffer, this.targetsAt, targets);
    this.hidden = new Float32Array(memory.buffer, this.hiddenAt, this.stride);
    this.input = new Float32Array(memory.buffer, this.inputAt, rows * this.stride);
    this.output = new Float32Array(memory.buffer, this.outputAt, rows * this.stride);
  }

  /** Makes `row` target `k` of the updates to come; target 0 is the observed word. Rows should differ. */
  target(k: number, row: number): void {
    this.targets[k] = this.outputAt + row * this.rowBytes;
  }

  /** Skip-gram: the vector of `row` learns to predict the targets. */
  updateWord(row: number, rate: number): void {
    const at = this.inputAt + row * this.rowBytes;
    this.step(at, 1, at, this.targetsAt, rate, this.rowBytes, this.sigmoidAt);
  }

  /** CBOW: the mean of the first `many` of `rows` learns to predict; each takes the mean's whole gradient, as word2vec does. */
  updateMean(rows: ArrayLike<number>, many: number, rate: number): void {
    this.hidden.fill(0);
    for (let i = 0; i < many; i++) this.addScaled(this.hiddenAt, this.inputAt + rows[i] * this.rowBytes, 1 / many, this.rowBytes);
    this.step(this.hiddenAt, 0, this.gradientAt, this.targetsAt, rate, this.rowBytes, this.sigmoidAt);
    for (let i = 0; i < many; i++) this.addScaled(this.inputAt + rows[i] * this.rowBytes, this.gradientAt, 1, this.rowBytes);
  }
}
