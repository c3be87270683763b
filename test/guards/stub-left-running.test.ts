import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { connect, disconnect, readFlash } from "../../src/index.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";

const app = Uint8Array.from({ length: 5000 }, (_, index) => index ^ (index >> 8));

/** One run of the command line on a chip that stays as the run before left it. */
async function esptool(chip: VirtualChip, ...argv: string[]) {
  const host = testCliHost({ port: chip.port, files: { "app.bin": app } });
  const code = await runCli(["-p", "/dev/ttyUSB0", ...argv], host);
  return { code, out: host.out(), err: host.err() };
}

describe.each(["esp32", "esp32c3", "esp8266"] as const)("a stub that is left running on an %s", (id) => {
  it("stays at its rate, and is there for who comes without a SYNC at that rate", async () => {
    const chip = virtualChip(id);
    const first = await esptool(chip, "--baud", "921600", "--after", "no-reset-stub", "flash-id");
    expect(first).toMatchObject({ code: 0, err: "" });
    expect(first.out).toContain("Staying in flasher stub.");
    expect([chip.running, chip.baudRate]).toEqual(["stub", 921_600]);
    const then = ["--before", "no-reset-no-sync", "--baud", "921600"];
    const second = await esptool(chip, ...then, "--after", "no-reset-stub", "write-flash", "0x10000", "app.bin");
    expect(second).toMatchObject({ code: 0, err: "" });
    expect(second.out).toContain("Hash of data verified.");
    expect(chip.flash.read(0x10000, app.length)).toEqual(app);
    expect([chip.running, chip.baudRate]).toEqual(["stub", 921_600]);
    // Without an upload, too.
    const third = await esptool(chip, ...then, "--no-stub", "read-mac");
    expect(third).toMatchObject({ code: 0, err: "" });
  });

  it.each([
    ["asked for", 500_000, 500_000],
    ["a usual one", 460_800, 115_200],
  ])("is found by a SYNC when the rate that it has is %s", async (_why, rate, asked) => {
    const chip = virtualChip(id);
    await disconnect(await connect(chip.port, { baudRate: rate }), { reset: "no-reset-stub" });
    const session = await connect(chip.port, { before: "no-reset", baudRate: asked });
    expect([session.loader, session.baudRate]).toEqual(["stub", rate]);
    const { data } = await readFlash(session, { address: 0, sizeBytes: 5000 });
    expect(data).toEqual(chip.flash.read(0, 5000));
    await disconnect(session);
  });
});

describe("a ROM loader that is left running", () => {
  it("is found at the common rate without a SYNC", async () => {
    const chip = virtualChip("esp32c3");
    const first = ["--baud", "921600", "--after", "no-reset", "--no-stub", "read-mac"];
    expect((await esptool(chip, ...first)).code).toBe(0);
    const second = await esptool(chip, "--before", "no-reset-no-sync", "--baud", "115200", "--no-stub", "read-mac");
    expect(second).toMatchObject({ code: 0, err: "" });
  });
});
