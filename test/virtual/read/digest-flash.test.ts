import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { connect, digestFlash, disconnect } from "../../../src/index.ts";
import { virtualChip } from "../../../src/virtual.ts";
import { codeOf } from "../../support/outcome.ts";

const contents = Uint8Array.from({ length: 5000 }, (_, index) => index * 3);

describe("digestFlash", () => {
  it.each([true, false])("gives the MD5 that the chip computes (stub: %s)", async (stub) => {
    const chip = virtualChip("esp32c3", { contents: [{ address: 0x10000, bytes: contents }] });
    const session = await connect(chip.port, { stub });
    const result = await digestFlash(session, { address: 0x10000, sizeBytes: contents.length });
    const md5 = createHash("md5").update(contents).digest("hex");
    expect(result).toMatchObject({ address: 0x10000, sizeBytes: contents.length, md5 });
    expect(await digestFlash(session, { address: 0x3ff000, sizeBytes: "all" })).toMatchObject({ sizeBytes: 0x1000 });
    expect(await codeOf(digestFlash(session, { address: 0x3ff000, sizeBytes: 0x2000 }))).toBe("flash.out-of-range");
    await disconnect(session);
  });

  it("says so where the loader has none", async () => {
    const session = await connect(virtualChip("esp8266").port, { stub: false });
    expect(await codeOf(digestFlash(session, { address: 0, sizeBytes: 16 }))).toBe("flash.verify-unsupported");
    await disconnect(session);
  });
});
