import { closeSync, fstatSync, openSync, statSync } from 'node:fs';
import { displayPath, InputError, readAt, writeFileAtomic } from '../common';
import type { StoredTensor } from '../layers';
import { decodeValues, elementBytes, encodeHalf } from './number-formats';

export interface SafetensorsFile {
  tensors: Map<string, StoredTensor>;
  metadata: Record<string, string>;
}

export interface WriteOptions {
  /** F16 halves the file and keeps 11 bits of each value; one that F16 cannot hold is refused. Default F32. */
  dtype?: 'F32' | 'F16';
  metadata?: Record<string, string>;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** The format's own bound on the header, against absurd allocations. */
const longestHeader = 100_000_000;

/**
 * Reads a safetensors file, every number converted to float32: 8 bytes of header length (little endian), a JSON header of
 * name → {dtype, shape, data_offsets}, then the tensors' bytes without gaps (the format's documentation, version 0.4).
 * @throws InputError on anything malformed
 */
export function readSafetensorsFile(file: string): SafetensorsFile {
  const handle = opened(file);
  try {
    return readOpened(handle, (problem) => new InputError(`${displayPath(file)} is no valid safetensors file: ${problem}`));
  } finally {
    closeSync(handle);
  }
}

/** Tensor by tensor: a file may have more bytes than a buffer. */
function readOpened(handle: number, wrong: (problem: string) => InputError): SafetensorsFile {
  const { size: fileLength } = fstatSync(handle);
  if (fileLength < 8) throw wrong(`it has ${fileLength} bytes, less than the 8 of the header's length`);
  const headerLength = Buffer.from(readAt(handle, 0, 8)).readBigUInt64LE();
  if (headerLength > BigInt(Math.min(longestHeader, fileLength - 8))) {
    throw wrong(`its header claims ${headerLength} bytes, the file has ${fileLength}`);
  }
  const dataStart = 8 + Number(headerLength);
  const header = parseHeader(Buffer.from(readAt(handle, 8, Number(headerLength))).toString('utf8'), wrong);
  const { __metadata__: metadata = {}, ...rest } = header as { __metadata__?: unknown } & Record<string, unknown>;
  if (!isStringRecord(metadata)) throw wrong('its __metadata__ is no map of strings');

  const entries = Object.entries(rest).map(([name, entry]): [string, Entry] => {
    if (!isEntry(entry)) throw wrong(`${name} wants dtype, shape and data_offsets, found ${JSON.stringify(entry).slice(0, 100)}`);
    return [name, entry];
  });
  entries.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  const tensors = new Map<string, StoredTensor>();
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: [from, to] }] of entries) {
    const width = elementBytes[dtype];
    if (width === undefined) throw wrong(`${name} has dtype ${dtype}; expected one of ${Object.keys(elementBytes).join(', ')}`);
    const size = shape.reduce((product, side) => product * side, 1);
    if (from !== end) throw wrong(`${name} begins at byte ${from} of the data, expected ${end}: tensors must follow each other`);
    if (to - from !== size * width) {
      throw wrong(`${name} ${dtype} [${shape}] needs ${size * width} bytes, its offsets span ${to - from}`);
    }
    if (dataStart + to > fileLength) throw wrong(`${name} ends after the end of the file, which seems cut short`);
    tensors.set(name, { shape, values: decodeValues(dtype, readAt(handle, dataStart + from, to - from)) });
    end = to;
  }
  if (dataStart + end !== fileLength) throw wrong(`${fileLength - dataStart - end} bytes follow the last tensor`);
  return { tensors, metadata };
}

/** The tensors of a safetensors file by name. */
export function readSafetensors(file: string): Map<string, StoredTensor> {
  return readSafetensorsFile(file).tensors;
}

/** Writes tensors in order of name, so that equal tensors give equal bytes; atomic. */
export function writeSafetensors(file: string, tensors: ReadonlyMap<string, StoredTensor>, options: WriteOptions = {}): void {
  const { dtype = 'F32', metadata = {} } = options;
  const names = [...tensors.keys()].sort();
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  const parts: Uint8Array[] = [];
  let end = 0;
  for (const name of names) {
    const { shape, values } = tensors.get(name)!;
    if (shape.reduce((product, side) => product * side, 1) !== values.length) {
      throw new Error(`${name} has shape [${shape}] but ${values.length} values`);
    }
    const encoded = dtype === 'F32' ? values : encodeHalf(values, name);
    const part = new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
    header[name] = { dtype, shape, data_offsets: [end, end + part.length] };
    end += part.length;
    parts.push(part);
  }
  const json = Buffer.from(JSON.stringify(header), 'utf8');
  const padded = Buffer.concat([json, Buffer.alloc((8 - (json.length % 8)) % 8, ' ')]); // tensors begin at a multiple of 8
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  writeFileAtomic(file, [length, padded, ...parts]);
}

function opened(file: string): number {
  try {
    if (statSync(file).isDirectory()) throw new Error('it is a folder');
    return openSync(file, 'r');
  } catch (error) {
    throw new InputError(`${displayPath(file)} cannot be read: ${(error as Error).message}`);
  }
}

function parseHeader(json: string, wrong: (problem: string) => InputError): object {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch (error) {
    throw wrong(`its header is no JSON (${(error as Error).message})`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw wrong('its header is no JSON object');
  return header;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isEntry(value: unknown): value is Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Entry>;
  return (
    typeof dtype === 'string' && Array.isArray(shape) && shape.every(isCount) &&
    Array.isArray(offsets) && offsets.length === 2 && offsets.every(isCount) && offsets[0] <= offsets[1]
  );
}

function isStringRecord(value: unknown): value is Record<string, string> {
  return typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string');
}
