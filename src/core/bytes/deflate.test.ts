import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { deflate, inflateStream } from "./deflate.ts";
import { concatBytes } from "./words.ts";

const sample = Uint8Array.from({ length: 100_000 }, (_, index) => (index * index) >>> 7);
const blink = fileURLToPath(
  new URL("../../../../shared/reference/inputs/images/esp_idf_blink_esp32s2.bin", import.meta.url),
);
describe("deflate", () => {
  it("gives what zlib understands", () => {
    expect(new Uint8Array(inflateSync(deflate(sample)))).toEqual(sample);
    expect(new Uint8Array(inflateSync(deflate(new Uint8Array(0))))).toEqual(new Uint8Array(0));
  });

  it("is no worse than classic zlib at level 9 on real firmware", ({ skip }) => {
    if (!existsSync(blink)) skip("esp_idf_blink_esp32s2.bin is not at hand");
    expect(deflate(new Uint8Array(readFileSync(blink))).length).toBeLessThanOrEqual(101_681);
  });
});

describe("the inflate stream", () => {
  it("decodes a stream in pieces and knows its end", () => {
    const compressed = deflate(sample);
    const stream = inflateStream();
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let at = 0; at < compressed.length; at += 777) {
      expect(stream.ended).toBe(false);
      parts.push(stream.push(compressed.subarray(at, at + 777)));
    }
    expect(concatBytes(parts)).toEqual(sample);
    expect(stream.ended).toBe(true);
  });

  it("throws on a damaged stream", () => {
    const compressed = deflate(sample).slice();
    compressed[compressed.length - 2] = (compressed[compressed.length - 2] ?? 0) ^ 1;
    const stream = inflateStream();
    expect(() => stream.push(compressed)).toThrow();
  });
});
