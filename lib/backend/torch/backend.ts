import * as tf from '@tensorflow/tfjs';
import { OutOfMemoryError } from '../../common';
import type { NativeArray, NativeModule } from './native';

/** Codes of the element types, as in addon/tensors.h. */
export const dtypeCodes: Partial<Record<tf.DataType, number>> = { float32: 0, int32: 1, bool: 2 };
const dtypes: tf.DataType[] = ['float32', 'int32', 'bool'];

/** A tensor's data: in libtorch, or, for strings, here. */
interface Entry {
  handle: number;
  strings?: Uint8Array[];
  shape: number[];
  dtype: tf.DataType;
  refCount: number;
}

const stringHandle = -1;

/** tfjs's storage and kernel runner over libtorch. A data id's tensor always has the shape of the tfjs tensors that share it. */
export class TorchBackend extends tf.KernelBackend {
  private readonly entries = new tf.DataStorage<Entry>(this, tf.engine());
  private readonly kernelIndex: Map<string, number>;
  private exchange = new Float64Array(0);

  constructor(private readonly native: NativeModule) {
    super();
    this.kernelIndex = new Map(native.kernels().map((name, index) => [name, index]));
    this.reserve(1 << 14);
  }

  /** Grows the array through which arguments and results travel. */
  private reserve(numbers: number): void {
    if (numbers <= this.exchange.length) return;
    this.exchange = new Float64Array(Math.max(numbers, 2 * this.exchange.length));
    this.native.bind(this.exchange);
  }

  /**
   * Runs a kernel of the addon. `results` bounds how many tensors it returns, where that can be many.
   * @throws Error naming the kernel and its inputs when libtorch refuses
   */
  run(kernel: string, inputs: readonly tf.TensorInfo[], numbers: readonly number[] = [], results = inputs.length + 8): tf.TensorInfo[] {
    const index = this.kernelIndex.get(kernel);
    if (index === undefined) throw new Error(`the libtorch addon has no kernel ${kernel}: run npm run setup`);
    this.reserve(Math.max(inputs.length + numbers.length, results * 12));
    let at = 0;
    for (const input of inputs) this.exchange[at++] = this.handle(input);
    for (const number of numbers) this.exchange[at++] = number;
    let count: number;
    try {
      count = this.native.run(index, inputs.length, numbers.length);
    } catch (error) {
      throw this.explain(kernel, inputs, error as Error);
    }
    const out: tf.TensorInfo[] = [];
    at = 0;
    for (let i = 0; i < count; i++) {
      const handle = this.exchange[at];
      const dtype = dtypes[this.exchange[at + 1]];
      const rank = this.exchange[at + 2];
      const shape = Array.from(this.exchange.subarray(at + 3, at + 3 + rank));
      at += 3 + rank;
      out.push(this.register(handle, shape, dtype));
    }
    return out;
  }

  /** `run` for kernels of one result. */
  run1(kernel: string, inputs: readonly tf.TensorInfo[], numbers: readonly number[] = []): tf.TensorInfo {
    return this.run(kernel, inputs, numbers)[0];
  }

  private explain(kernel: string, inputs: ReadonlyArray<Pick<tf.TensorInfo, 'shape' | 'dtype'>>, error: Error): Error {
    const shapes = inputs.slice(0, 8).map(({ dtype, shape }) => `${dtype} [${shape.join(', ')}]`).join(', ');
    const given = `${shapes}${inputs.length > 8 ? `, and ${inputs.length - 8} more` : ''}`;
    const message = error.message.split('\n')[0];
    if (/out of memory|can't allocate memory|not enough memory|bad_alloc/i.test(error.message)) {
      const { bytes } = this.usage();
      return new OutOfMemoryError(
        `out of memory in ${kernel} on ${given || 'no tensors'}, with ${(bytes / 2 ** 20).toFixed(0)} MiB held by tensors (libtorch: ${message})`,
      );
    }
    return new Error(`${kernel} on ${given || 'no tensors'}: ${message}`);
  }

  private register(handle: number, shape: number[], dtype: tf.DataType): tf.TensorInfo {
    const dataId = {};
    this.entries.set(dataId, { handle, shape, dtype, refCount: 1 });
    return { dataId, shape, dtype };
  }

  private handle({ dataId, dtype }: tf.TensorInfo): number {
    const { handle } = this.entries.get(dataId);
    if (handle === stringHandle) throw new Error(`the torch backend computes with no ${dtype} tensors`);
    return handle;
  }

  private create(values: tf.backend_util.BackendValues | null, shape: number[], dtype: tf.DataType): Entry {
    if (dtype === 'string') return { handle: stringHandle, strings: values as Uint8Array[], shape, dtype, refCount: 1 };
    const code = dtypeCodes[dtype];
    if (code === undefined) throw new Error(`the torch backend holds no ${dtype} tensors`);
    const array = typed(values ?? new Float32Array(tf.util.sizeFromShape(shape)), dtype);
    shape.forEach((size, axis) => (this.exchange[axis] = size));
    try {
      return { handle: this.native.create(array, code, shape.length), shape, dtype, refCount: 1 };
    } catch (error) {
      throw this.explain('a new tensor', [{ shape, dtype }], error as Error);
    }
  }

  override write(values: tf.backend_util.BackendValues | null, shape: number[], dtype: tf.DataType): object {
    const dataId = {};
    this.entries.set(dataId, this.create(values, shape, dtype));
    return dataId;
  }

  override move(dataId: object, values: tf.backend_util.BackendValues | null, shape: number[], dtype: tf.DataType, refCount: number): void {
    this.entries.set(dataId, { ...this.create(values, shape, dtype), refCount });
  }

  override readSync(dataId: object): tf.backend_util.BackendValues {
    const { handle, strings, shape, dtype } = this.entries.get(dataId);
    if (strings) return strings;
    const values = tf.util.getTypedArrayFromDType(dtype as 'float32' | 'int32' | 'bool', tf.util.sizeFromShape(shape));
    this.native.read(handle, values as NativeArray);
    return values;
  }

  override async read(dataId: object): Promise<tf.backend_util.BackendValues> {
    return this.readSync(dataId);
  }

  override disposeData(dataId: object, force = false): boolean {
    if (!this.entries.has(dataId)) return true;
    const entry = this.entries.get(dataId);
    entry.refCount--;
    if (!force && entry.refCount > 0) return false;
    if (entry.handle !== stringHandle) this.native.dispose(entry.handle);
    this.entries.delete(dataId);
    return true;
  }

  override refCount(dataId: object): number {
    return this.entries.has(dataId) ? this.entries.get(dataId).refCount : 0;
  }

  override incRef(dataId: object): void {
    this.entries.get(dataId).refCount++;
  }

  /** A second reference to the same data, with the same shape. */
  share({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.incRef(dataId);
    return { dataId, shape, dtype };
  }

  override numDataIds(): number {
    return this.entries.numDataIds();
  }

  /** Bytes that libtorch holds for tensors (views share their storage's), and the most they were since the last reset. */
  usage(resetPeak = false): { bytes: number; peakBytes: number } {
    const [bytes, peakBytes] = this.native.memory(resetPeak);
    return { bytes, peakBytes };
  }

  override memory(): { unreliable: boolean; reasons?: string[]; torchBytes: number; torchPeakBytes: number } {
    const { bytes, peakBytes } = this.usage();
    return { unreliable: false, torchBytes: bytes, torchPeakBytes: peakBytes };
  }

  override timerAvailable(): boolean {
    return true;
  }

  override async time(f: () => void): Promise<{ kernelMs: number }> {
    const start = tf.util.now();
    f();
    return { kernelMs: tf.util.now() - start };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    // Tensors are released one by one through disposeData; nothing else is held.
  }
}

function typed(values: tf.backend_util.BackendValues, dtype: tf.DataType): NativeArray {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  return Uint8Array.from(values as ArrayLike<number>, (value) => (value ? 1 : 0));
}
