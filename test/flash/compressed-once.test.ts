import pako from "pako";
import { afterEach, expect, it, vi } from "vitest";
import { connect, disconnect, writeFlash } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";

afterEach(() => void vi.restoreAllMocks());

it("compresses slices of a file once, to judge what asking is worth, and then what is written", async () => {
  const compressed = vi.spyOn(pako, "deflate");
  const chip = virtualChip("esp32c3");
  const session = await connect(chip.port);
  const data = Uint8Array.from({ length: 0x2_0000 }, (_, index) => (index >>> 5) ^ (index % 13));
  await writeFlash(session, [{ address: 0x1_0000, data }]);
  await disconnect(session);
  expect(compressed.mock.calls.map(([bytes]) => (bytes as Uint8Array).length)).toEqual([0x8000, 0x2_0000]);
});
