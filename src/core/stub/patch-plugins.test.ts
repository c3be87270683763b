import { describe, expect, it } from "vitest";
import { thrown } from "../../../test/support/thrown.ts";
import { readU32 } from "../bytes/words.ts";
import { CHIPS } from "../chip/catalog.ts";
import { isEspError } from "../errors.ts";
import { loadStub } from "./load-stub.ts";
import { patchPlugins, type StubPlugin } from "./patch-plugins.ts";
import type { Stub } from "./stub.ts";

const STUB: Stub = {
  name: "test",
  entry: 0x100,
  segments: [
    { address: 0x100, data: new Uint8Array(8) },
    { address: 0x800, data: new Uint8Array(24).fill(0xaa) },
  ],
  sizeBytes: 32,
  bssStart: null,
  plugins: [],
};
const TABLE = { offset: 8, firstOpcode: 0xd5, entries: 4 };
const PLUGIN: StubPlugin = {
  name: "x",
  text: new Uint8Array(12),
  textStart: 0x40000000,
  bssSize: 100,
  handlers: [
    [0xd5, 0],
    [0xd7, 8],
  ],
};

describe("plugins in a stub", () => {
  it("change only the table's entries, and bring zeros and a segment of their own", () => {
    const { segments, plugins, sizeBytes } = patchPlugins(STUB, TABLE, [PLUGIN]);
    const words = Array.from({ length: 6 }, (_, index) => readU32(segments[1]?.data ?? new Uint8Array(0), index * 4));
    expect(words).toEqual([0xaaaaaaaa, 0xaaaaaaaa, 0x40000000, 0xaaaaaaaa, 0x40000008, 0xaaaaaaaa]);
    expect(segments[1]?.data).toHaveLength(124);
    expect(segments[1]?.data.subarray(24).every((byte) => byte === 0)).toBe(true);
    expect(segments[2]).toEqual({ address: 0x40000000, data: PLUGIN.text });
    expect({ plugins, sizeBytes }).toEqual({ plugins: [{ name: "x", sizeBytes: 12 }], sizeBytes: 32 });
    expect(STUB.segments[1]?.data).toEqual(new Uint8Array(24).fill(0xaa));
  });

  it.each<[string, StubPlugin]>([
    ["an opcode before the table", { ...PLUGIN, handlers: [[0xd4, 0]] }],
    ["an opcode behind the table", { ...PLUGIN, handlers: [[0xd9, 0]] }],
    ["code of odd length", { ...PLUGIN, text: new Uint8Array(13) }],
  ])("must fit: %s", (_what, plugin) => {
    expect(thrown(() => patchPlugins(STUB, TABLE, [plugin])).code).toBe("stub.damaged");
  });

  it("must fit: a table that the data is too short for", () => {
    expect(thrown(() => patchPlugins(STUB, { ...TABLE, offset: 20 }, [PLUGIN])).code).toBe("stub.damaged");
  });

  it("are there for the ESP32-S3 alone", async () => {
    const { segments, plugins } = await loadStub("esp32s3", ["nand"]);
    expect(plugins).toEqual([{ name: "nand", sizeBytes: 3940 }]);
    const plain = await loadStub("esp32s3");
    // 27 entries at 156, ten of them used (fact sheet 3.8, 3.17); then the plugin's zeroed memory.
    expect(segments.map(({ data }) => data.length)).toEqual([7832, 264 + 10288, 3940]);
    expect(segments[1]?.data.subarray(0, 156)).toEqual(plain.segments[1]?.data.subarray(0, 156));
    expect(segments[1]?.data.subarray(196, 264)).toEqual(plain.segments[1]?.data.subarray(196));
    const names = new Set(CHIPS.flatMap(({ stubs }) => stubs.map(({ name }) => name)));
    names.delete("esp32s3");
    expect(names.size).toBeGreaterThan(10);
    for (const name of names) {
      const refused = await loadStub(name, ["nand"]).catch((error: unknown) => error);
      expect(isEspError(refused, "stub.plugin-missing"), name).toBe(true);
    }
  });
});
