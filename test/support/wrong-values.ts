import { runInNewContext } from "node:vm";

/** What a JavaScript caller may give by mistake, each made anew. */
export const WRONG_VALUES: Readonly<Record<string, () => unknown>> = {
  nothing: () => undefined,
  null: () => null,
  "no number": () => Number.NaN,
  infinity: () => Number.POSITIVE_INFINITY,
  "a negative number": () => -1,
  "half a number": () => 1.5,
  "a number beyond 2^53": () => 2 ** 53,
  "a bigint": () => 5n,
  "a negative bigint": () => -1n,
  true: () => true,
  "an empty string": () => "",
  "a string": () => "x",
  "a name as on the package": () => "ESP32-C3",
  "a name of Object's own": () => "__proto__",
  "an object": () => ({}),
  "an object without a prototype": () => Object.create(null),
  "an empty array": () => [],
  "an array of nothing": () => [undefined],
  "numbers in an array": () => [1, 2, 3, 4],
  "a promise": () => Promise.resolve(new Uint8Array(16)),
  "a Blob": () => new Blob([new Uint8Array(16)]),
  "a symbol": () => Symbol("wrong"),
  "a function": () => () => undefined,
  "a date": () => new Date(0),
  "a map": () => new Map([[1, 2]]),
  "a pattern": () => /x/,
  "an error": () => new Error("wrong"),
  "words of 32 bits": () => new Uint32Array(8),
  "floating-point numbers": () => new Float64Array(4),
  "an array that claims to be bytes": () => ({ length: 16, byteLength: 16, [Symbol.toStringTag]: "Uint8Array" }),
  "an object that cannot be read": () => hostile({}),
  "an array that cannot be read": () => hostile([]),
  "a proxy that is over": () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
};

function hostile(target: object): unknown {
  const refuse = (): never => {
    throw new RangeError("hostile");
  };
  return new Proxy(target, { get: refuse, has: refuse, ownKeys: refuse, getPrototypeOf: refuse });
}

/** The same bytes in every form that is taken, each made anew. */
export function byteForms(bytes: Uint8Array): Readonly<Record<string, () => unknown>> {
  const within = (): Uint8Array<ArrayBuffer> => {
    const around = new Uint8Array(bytes.length + 7).fill(0x55);
    around.set(bytes, 3);
    return around;
  };
  const shared = (): SharedArrayBuffer => {
    const memory = new SharedArrayBuffer(bytes.length);
    new Uint8Array(memory).set(bytes);
    return memory;
  };
  return {
    Uint8Array: () => bytes.slice(),
    "a part of a Uint8Array": () => within().subarray(3, 3 + bytes.length),
    Buffer: () => Buffer.from(bytes),
    ArrayBuffer: () => bytes.slice().buffer,
    DataView: () => new DataView(within().buffer, 3, bytes.length),
    Int8Array: () => new Int8Array(bytes.slice().buffer),
    Uint8ClampedArray: () => new Uint8ClampedArray(bytes),
    SharedArrayBuffer: shared,
    "a Uint8Array of shared memory": () => new Uint8Array(shared()),
    "a Uint8Array of another realm": () => runInNewContext("Uint8Array.from(bytes)", { bytes: [...bytes] }),
    "an ArrayBuffer of another realm": () => runInNewContext("Uint8Array.from(bytes).buffer", { bytes: [...bytes] }),
  };
}

/** What is no bytes, and could be mistaken for some. */
export const NO_BYTES: Readonly<Record<string, () => unknown>> = {
  "a string": () => "firmware",
  "hexadecimal digits": () => "e9010203",
  "a response": () => new Response(Uint8Array.of(1, 2, 3, 4)),
  "a promise of bytes": () => Promise.resolve(Uint8Array.of(1, 2, 3, 4)),
  "numbers in an array": () => [1, 2, 3, 4],
  "an object with numbers": () => ({ 0: 1, 1: 2, length: 2 }),
  "the JSON form of a Buffer": () => JSON.parse(JSON.stringify(Buffer.from([1, 2, 3, 4]))),
  null: () => null,
  nothing: () => undefined,
  "a number": () => 16,
  "words of 16 bits": () => new Uint16Array(8),
  "words of 32 bits": () => new Uint32Array(8),
  "words of 64 bits": () => new BigUint64Array(8),
  "floating-point numbers": () => new Float32Array(8),
  "an object that claims to be an ArrayBuffer": () => ({ byteLength: 16, [Symbol.toStringTag]: "ArrayBuffer" }),
  "memory that was transferred": () => {
    const bytes = new Uint8Array(16);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    return bytes;
  },
};
