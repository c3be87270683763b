import { expect, it } from "vitest";
import { deflate } from "../../src/core/bytes/deflate.ts";
import { connect, disconnect, type EspEvent, writeFlash } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";
import { noise } from "../support/noise.ts";

const BLOCK = 0x4000;

/** Fills whole windows of the stub, and its compressed stream is longer than a block by 1 to 4 bytes: its checksum or a part of it. */
function justOverABlock(): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(0x8000);
  for (let size = BLOCK - 200; size < BLOCK; size++) {
    data.set(noise(size));
    const over = deflate(data).length - BLOCK;
    if (over > 0 && over <= 4) return data;
  }
  throw new Error("No such data.");
}

it("writes contents whose stream ends just behind a block without any trouble", async () => {
  const chip = virtualChip("esp32c3");
  const events: EspEvent[] = [];
  const session = await connect(chip.port, { baudRate: 115_200, onEvent: (event) => events.push(event) });
  const data = justOverABlock();
  const { files } = await writeFlash(session, [{ address: 0x10000, data }]);
  expect(files).toMatchObject([{ verified: "md5", writtenBytes: 0x8000 }]);
  expect(events.filter(({ type }) => type === "write.resumed" || type === "warning")).toEqual([]);
  expect(Buffer.compare(chip.flash.read(0x10000, data.length), data)).toBe(0);
  await disconnect(session);
});
