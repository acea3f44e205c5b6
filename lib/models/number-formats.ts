import { InputError } from '../common';

/** Bytes of one element, by safetensors' name of its type. */
export const elementBytes: Readonly<Record<string, number>> = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1,
};

/** Little-endian elements of type `dtype` as float32. */
export function decodeValues(dtype: string, bytes: Uint8Array): Float32Array {
  const width = elementBytes[dtype];
  // A copy, because typed arrays must begin at a multiple of their element's size.
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength - (bytes.byteLength % width));
  switch (dtype) {
    case 'F32': return new Float32Array(buffer);
    case 'F64': return Float32Array.from(new Float64Array(buffer));
    case 'F16': return decodeHalf(new Uint16Array(buffer));
    case 'BF16': return decodeBrainFloat(new Uint16Array(buffer));
    case 'I64': return Float32Array.from(new BigInt64Array(buffer), Number);
    case 'I32': return Float32Array.from(new Int32Array(buffer));
    case 'I16': return Float32Array.from(new Int16Array(buffer));
    case 'I8': return Float32Array.from(new Int8Array(buffer));
    case 'U8':
    case 'BOOL': return Float32Array.from(new Uint8Array(buffer));
    default: throw new Error(`no number format ${dtype}`);
  }
}

/** bfloat16 is float32 without its lower 16 bits. */
function decodeBrainFloat(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (value) => value << 16).buffer);
}

/** IEEE half: 1 sign, 5 exponent and 10 fraction bits. */
function decodeHalf(bits: Uint16Array): Float32Array {
  return Float32Array.from(bits, (value) => {
    const sign = value & 0x8000 ? -1 : 1;
    const exponent = (value >> 10) & 0x1f;
    const fraction = value & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** Rounds to the nearest half, ties to even. @throws InputError for a finite value beyond ±65504 */
export function encodeHalf(values: Float32Array, name: string): Uint16Array {
  return Uint16Array.from(values, (value) => {
    const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
    const size = Math.abs(value);
    if (Number.isNaN(value)) return 0x7e00;
    if (size === Infinity) return sign | 0x7c00;
    const exponent = Math.max(-14, Math.floor(Math.log2(size || 1e-30)));
    const units = roundToEven(size / 2 ** (exponent - 10)); // the value in units of its last place
    // A carry in `units` runs into the exponent's bits, which is the next half.
    const bits = size === 0 ? 0 : units < 1024 ? units : ((exponent + 15) << 10) + (units - 1024);
    if (bits >= 0x7c00) throw new InputError(`${name} holds ${value}, beyond the half-precision range: write it as F32`);
    return sign | bits;
  });
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
