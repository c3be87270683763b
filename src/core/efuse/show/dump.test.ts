import { expect, it } from "vitest";
import { stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import { dumpFiles, dumpHexLines, dumpLines } from "./dump.ts";

it("a line a block, words lowest first, aliases cut", async () => {
  const state = await stateWith("esp32", { BLOCK2: 0x1122334455667788n });
  expect(dumpLines(state)[2]).toBe(
    "BLOCK2          (secure_boot_v1 s) [2 ] dump: 55667788 11223344 00000000 00000000 00000000 00000000 00000000 00000000",
  );
  expect(dumpLines(state, "read_regs")[0]).toMatch(/^BLOCK0 {10}\( {16}\) \[0 \] read_regs: 0{8}( 0{8}){6}$/);
});

it("bytes, lowest first", async () => {
  const lines = dumpHexLines(await stateWith("esp32c2", { BLOCK_KEY0: 0x0201n }));
  expect(lines.map((line) => line.length / 2)).toEqual([8, 12, 32, 32]);
  expect(lines[3]?.slice(0, 8)).toBe("01020000");
});

it("files: one a block, or all in one", async () => {
  const state = await stateWith("esp32s31", { BLOCK_KEY0: 0xffn });
  const split = dumpFiles(state, "out.d/efuses.bin", "split");
  expect(split.map(({ name, block, contents }) => [name, block, contents.length])).toEqual(
    [36, 24, ...Array<number>(8).fill(32)].map((length, id) => [`out.d/efuses${id}.bin`, id, length]),
  );
  expect(split[4]?.contents[0]).toBe(0xff);
  const [joint] = dumpFiles(state, "efuses", "joint");
  expect([joint?.name, joint?.block, joint?.contents.length]).toEqual(["efuses", null, 36 + 24 + 8 * 32]);
  expect(joint?.contents[36 + 24 + 2 * 32]).toBe(0xff);
});

it("a file's extension is what follows the last dot of its own name", async () => {
  const state = await stateWith("esp32c2", {}, { blocks: [0] });
  const nameOf = (fileName: string): string | undefined => dumpFiles(state, fileName, "split")[0]?.name;
  expect(["a.b/c", ".hidden", "x/.h.bin", "a.b.c", "x/..bin", "C:\\d.e\\f"].map(nameOf)).toEqual([
    "a.b/c0",
    ".hidden0",
    "x/.h0.bin",
    "a.b0.c",
    "x/..bin0",
    "C:\\d.e\\f0",
  ]);
});

it("3/4 coding leaves 24 bytes of an ESP32 block", async () => {
  const lines = dumpHexLines(await stateWith("esp32", { CODING_SCHEME: 1 }));
  expect(lines.map((line) => line.length / 2)).toEqual([28, 24, 24, 24]);
});
