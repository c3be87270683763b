import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { INSTANT_TIMING, virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";
import { sample } from "./builds.ts";

const FOLDER = "esp-idf/esp32p4-enc-dev";
const APP = "build/hello_world.bin";

async function flashed(silicon: { flashEncryption: boolean; keyPurposes?: number[] }) {
  const files = sample(FOLDER);
  const board = virtualChip("esp32p4", { timing: INSTANT_TIMING, silicon });
  const host = testCliHost({ port: board.port, files });
  const code = await runCli(["-p", "x", "flash"], host);
  const app = files[APP] ?? new Uint8Array();
  return { code, all: `${host.out()}${host.err()}`, app, there: board.flash.read(0x10000, app.length) };
}

describe("a build with flash encryption", () => {
  it("is written as it is before the first start, and the chip is left in its loader", async () => {
    const { code, all, app, there } = await flashed({ flashEncryption: false });
    expect(code).toBe(0);
    expect(there).toEqual(app);
    expect(all).toContain("Flash encryption is not on yet");
    expect(all).toContain("left in its loader");
    expect(all).toContain("Staying in");
  });

  it("is encrypted by a chip whose encryption is on", async () => {
    const { code, all, app, there } = await flashed({ flashEncryption: true, keyPurposes: [4] });
    expect([code, code === 0 ? "" : all]).toEqual([0, ""]);
    expect(there).not.toEqual(app);
    expect(there.every((byte) => byte === 0xff)).toBe(false);
    expect(all).not.toContain("Flash encryption is not on yet");
  });
});
