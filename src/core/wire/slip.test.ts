import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../bytes/words.ts";
import { SlipDecoder, slipEncode } from "./slip.ts";

function decodeAll(chunks: readonly Uint8Array<ArrayBuffer>[]): {
  frames: Uint8Array<ArrayBuffer>[];
  noise: Uint8Array<ArrayBuffer>[];
  pending: Uint8Array<ArrayBuffer>;
} {
  const frames: Uint8Array<ArrayBuffer>[] = [];
  const noise: Uint8Array<ArrayBuffer>[] = [];
  const decoder = new SlipDecoder({ frame: (bytes) => frames.push(bytes), noise: (bytes) => noise.push(bytes) });
  for (const chunk of chunks) decoder.push(chunk);
  return { frames, noise, pending: decoder.pending() };
}

/** Cuts bytes into pieces of the given sizes, used over and over. */
function cut(bytes: Uint8Array<ArrayBuffer>, sizes: readonly number[]): Uint8Array<ArrayBuffer>[] {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    pieces.push(bytes.slice(at, at + size));
    at += size;
  }
  return pieces;
}

describe("SLIP", () => {
  it("escapes as the protocol says", () => {
    expect([...slipEncode(Uint8Array.of(1, 0xc0, 2, 0xdb, 3))]).toEqual([0xc0, 1, 0xdb, 0xdc, 2, 0xdb, 0xdd, 3, 0xc0]);
  });

  it("gives back every sequence of frames, however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (payloads, sizes) => {
          const stream = concatBytes(payloads.map(slipEncode));
          expect(decodeAll(cut(stream, sizes)).frames).toEqual(payloads);
        },
      ),
    );
  });

  it("never throws and never invents bytes, whatever arrives", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 2000 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (bytes, sizes) => {
          const { frames, noise, pending } = decodeAll(cut(bytes, sizes));
          const out = [...frames, ...noise, pending].reduce((sum, part) => sum + part.length, 0);
          expect(out).toBeLessThanOrEqual(bytes.length);
        },
      ),
    );
  });

  it("finds the next frame after a boot log", () => {
    const log = new TextEncoder().encode("ESP-ROM:esp32c3\r\nwaiting for download\r\n");
    const { frames, noise } = decodeAll([log, slipEncode(Uint8Array.of(1, 2, 3))]);
    expect(frames).toEqual([Uint8Array.of(1, 2, 3)]);
    expect(noise).toEqual([log]);
  });

  it("loses one frame at most to a lost delimiter", () => {
    const stream = concatBytes([1, 2, 3].map((byte) => slipEncode(Uint8Array.of(byte, byte))));
    for (let at = 0; at < stream.length; at++) {
      if (stream[at] !== 0xc0) continue;
      const { frames } = decodeAll([
        concatBytes([stream.slice(0, at), stream.slice(at + 1), slipEncode(Uint8Array.of(9))]),
      ]);
      expect(frames.at(-1)).toEqual(Uint8Array.of(9));
      expect(frames.length).toBeGreaterThanOrEqual(3);
    }
  });

  it("treats a wrong escape as noise and goes on", () => {
    const { frames, noise } = decodeAll([Uint8Array.of(0xc0, 1, 0xdb, 5, 2, 0xc0, 7, 0xc0)]);
    expect(noise).toEqual([Uint8Array.of(1, 0xdb, 5, 2)]);
    expect(frames).toEqual([Uint8Array.of(7)]);
  });

  it("does not grow without bound on an endless stream without delimiters", () => {
    let noise = 0;
    const decoder = new SlipDecoder({ frame: () => {}, noise: (bytes) => (noise += bytes.length) });
    const chunk = new Uint8Array(4096).fill(0x55);
    for (let index = 0; index < 256; index++) decoder.push(chunk);
    expect(decoder.pending().length).toBeLessThan(0x12000);
    expect(noise).toBeGreaterThan(900_000);
  });
});
