import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.ts";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import { testCliHost } from "../support/cli-host.ts";

/** What a person meant who wrote something else. */

const PORT = "--port virtual:esp32c3";
const FILES = { "app.bin": new Uint8Array(64).fill(7), "10000": new Uint8Array(64) };

async function run(line: string) {
  const host = testCliHost({ files: FILES });
  const [program = "", ...argv] = line.split(" ");
  const code = await (program === "espefuse" ? runEspefuse : runCli)(argv, host);
  return { code, out: host.out(), err: host.err(), ports: host.openedPorts };
}

describe("a line with a slip says what was meant:", () => {
  it.each([
    ["esptool wirte-flash 0 app.bin", "Did you mean write-flash?"],
    ["esptool erase-flsh", "Did you mean erase-flash?"],
    ["esptool --chp esp32 ports", "Did you mean --chip?"],
    ["esptool write-flash --flash-siez 4MB 0 app.bin", "Did you mean --flash-size?"],
    ["esptool write-flash --flash-mode doi 0 app.bin", "Did you mean dio"],
    ["esptool --chip esp32-c33 ports", "Did you mean esp32c3?"],
    ["esptool --before hard_reset ports", "default-reset"],
    ["esptool --port virtual:esp32c3,falsh=8MB read-mac", "Did you mean flash?"],
    ["espefuse --chip esp32c3 --virt summary DIS_TWAY", "Did you mean DIS_TWAI"],
    ["espefuse --chip esp32c3 --virt burn-bit BLOCK_KEYO 1", "Did you mean BLOCK_KEY0"],
  ])("%s", async (line, said) => {
    const { code, err } = await run(line);
    expect(code).toBe(2);
    expect(err).toContain(said);
  });

  it.each([
    [`esptool ${PORT} write-flash app.bin 0x10000`, "Write the address first: 0x10000 app.bin."],
    [`esptool ${PORT} write-flash 0x0 app.bin app.bin 0x10000`, "Write the address first: 0x10000 app.bin."],
    [`esptool ${PORT} verify-flash app.bin 0x10000`, "Address and file changed places"],
    [`esptool --chip esp32c3 merge-bin -o a app.bin 0x0`, "Address and file changed places"],
    [`esptool ${PORT} write-flash app.bin`, "There is no address for the file 'app.bin'."],
    [`esptool ${PORT} write-flash 0x0`, "There is no file for the address 0x0."],
    [`esptool ${PORT} read-flash out.bin 0x0 4k`, "Write 0x0 4k out.bin."],
    [`esptool ${PORT} read-flash 0x0 out.bin 4k`, "Write 0x0 4k out.bin."],
    [`esptool ${PORT} dump-mem out.bin 0x3fc80000 16`, "the order is ADDRESS SIZE OUTPUT"],
    [`esptool ${PORT} write-flash 1f000 app.bin`, "Did you mean 0x1f000?"],
    [`esptool ${PORT} write-flash 10000h app.bin`, "Did you mean 0x10000?"],
    [`esptool ${PORT} erase-region 08000 4k`, "Did you mean 0x8000?"],
  ])("%s, before any port is opened", async (line, said) => {
    const { code, err, ports } = await run(line);
    expect({ code, ports }).toEqual({ code: 2, ports: [] });
    expect(err).toContain(said);
  });
});

describe("a decimal address that would be one in hexadecimal", () => {
  it.each([
    [`esptool ${PORT} write-flash 10000 app.bin`, "The address 10000 is decimal: 0x2710. Did you mean 0x10000?"],
    [`esptool ${PORT} verify-flash 8000 app.bin`, "The address 8000 is decimal: 0x1f40. Did you mean 0x8000?"],
    [`esptool --chip esp32c3 merge-bin -o a 10000 app.bin`, "Did you mean 0x10000?"],
    [`esptool ${PORT} read-flash 9000 16 out.bin`, "Did you mean 0x9000?"],
    [`esptool ${PORT} erase-region 10000 4k`, "Did you mean 0x10000?"],
  ])("is warned of: %s", async (line, said) => {
    const { out } = await run(line);
    expect(out).toContain(`Warning: The address`);
    expect(out).toContain(said);
  });

  it.each(["0", "65536", "4096", "0x10000", "0x2710", "12345"])("is not: %s", async (address) => {
    const { code, out } = await run(`esptool ${PORT} write-flash ${address} app.bin`);
    expect(code).toBe(0);
    expect(out).not.toContain("decimal");
  });

  it("may be the name of a file", async () => {
    const { code, out } = await run(`esptool ${PORT} write-flash 0x0 10000`);
    expect(code).toBe(0);
    expect(out).not.toContain("decimal");
  });
});
