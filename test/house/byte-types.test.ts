import { expect, it } from "vitest";
import { writeUf2 } from "../../src/image.ts";
import { connect, disconnect, readFlash, readFlashSfdp, readMemory } from "../../src/index.ts";
import { virtualChip } from "../../src/virtual.ts";

/** That this compiles is the test: `Blob` and WebCrypto take no bytes over memory that might be shared. */
it("bytes that are read go into a Blob and into WebCrypto", async () => {
  const session = await connect(virtualChip("esp32c3").port);
  const { data } = await readFlash(session, { address: 0, sizeBytes: 16 });
  const memory = await readMemory(session, { address: 0x40001000, sizeBytes: 4 });
  const sfdp = await readFlashSfdp(session, { address: 0, sizeBytes: 4 });
  const uf2 = writeUf2([{ address: 0, data }], { familyId: null, md5: false });
  expect(new Blob([data, memory.data, sfdp, uf2]).size).toBe(24 + uf2.length);
  expect((await crypto.subtle.digest("SHA-256", data)).byteLength).toBe(32);
  await disconnect(session);
});
