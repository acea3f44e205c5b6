/**
 * As much of WebAssembly's binary format as a numeric kernel needs, so that a kernel can be written as nested calls.
 * An expression or statement is its bytes. (WebAssembly core specification, chapter 5.)
 */
export type Code = number[];

export const valueTypes = { i32: 0x7f, f32: 0x7d, f32x4: 0x7b } as const;
export type ValueType = keyof typeof valueTypes;

function unsigned(value: number): Code {
  const bytes: Code = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

function signed(value: number): Code {
  const bytes: Code = [];
  for (; value < -0x40 || value > 0x3f; value >>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value & 0x7f];
}

const operation = (...opcode: number[]) => (...operands: Code[]): Code => [...operands.flat(), ...opcode];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  add: operation(0x6a),
  lessThan: operation(0x48),
  load: (address: Code, offset = 0): Code => [...address, 0x28, 2, ...unsigned(offset)],
  shiftLeft: operation(0x74),
  fromF32: operation(0xa8),
};

export const f32 = {
  constant: (value: number): Code => [0x43, ...new Uint8Array(new Float32Array([value]).buffer)],
  add: operation(0x92),
  subtract: operation(0x93),
  multiply: operation(0x94),
  minimum: operation(0x96),
  maximum: operation(0x97),
  load: (address: Code, offset = 0): Code => [...address, 0x2a, 2, ...unsigned(offset)],
  fromI32: operation(0xb2),
};

/** Four floats at once; `offset` counts bytes. */
export const f32x4 = {
  load: (address: Code, offset = 0): Code => [...address, 0xfd, 0x00, 2, ...unsigned(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, 0xfd, 0x0b, 2, ...unsigned(offset)],
  splat: operation(0xfd, 0x13),
  lane: (value: Code, lane: number): Code => [...value, 0xfd, 0x1f, lane],
  add: operation(0xfd, 0xe4, 0x01),
  multiply: operation(0xfd, 0xe6, 0x01),
};

/** for (counter = 0; counter < limit; counter += step) body, where limit > 0. */
export function loop(counter: number, limit: Code, step: number, body: Code): Code {
  const advance = set(counter, i32.add(get(counter), i32.constant(step)));
  return [...set(counter, i32.constant(0)), 0x03, 0x40, ...body, ...advance, ...i32.lessThan(get(counter), limit), 0x0d, 0x00, 0x0b];
}

export interface WasmFunction {
  name: string;
  parameters: readonly ValueType[];
  /** Numbered after the parameters. */
  locals: readonly ValueType[];
  body: Code;
}

/** A module that imports its memory as `host.memory` and exports each function, none of which returns a value. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array {
  const name = (text: string): Code => [...unsigned(text.length), ...Buffer.from(text, 'ascii')];
  const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
  const sized = (content: Code): Code => [...unsigned(content.length), ...content];
  const section = (id: number, content: Code): Code => [id, ...sized(content)];
  const typeCode = (type: ValueType) => [valueTypes[type]];
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00,
    ...section(1, list(functions.map(({ parameters }) => [0x60, ...list(parameters.map(typeCode)), 0x00]))),
    ...section(2, list([[...name('host'), ...name('memory'), 0x02, 0x00, 0x00]])),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(7, list(functions.map((each, i) => [...name(each.name), 0x00, ...unsigned(i)]))),
    ...section(10, list(functions.map(({ locals, body }) => sized([...list(locals.map((type) => [1, ...typeCode(type)])), ...body, 0x0b])))),
  ]);
}
