import { expect, it } from "vitest";
import { runEspefuse } from "../../src/cli/run-espefuse.ts";
import { EspError } from "../../src/index.ts";
import { virtualPortFromString } from "../../src/virtual.ts";
import { testCliHost } from "../support/cli-host.ts";

/** A virtual chip that is kept in a file: what is burned is called done when the file has it. */

const BURN = ["--do-not-confirm", "burn-efuse", "DIS_TWAI", "1"];
const TEXT = "virtual:esp32c3,file=chip.json";

async function burnOn(write: (path: string, bytes: Uint8Array) => Promise<void>) {
  const port = await virtualPortFromString(TEXT, { read: async () => null, write });
  const host = testCliHost({ port });
  const code = await runEspefuse(["--port", TEXT, ...BURN], host);
  return { code, out: host.out(), err: host.err() };
}

it("is saved before the burn is called successful", async () => {
  const saved: Uint8Array[] = [];
  const { code, out, err } = await burnOn(async (_path, bytes) => void saved.push(bytes));
  expect([code, err]).toEqual([0, ""]);
  expect(out).toContain("Successful.");
  expect(saved).toHaveLength(1);
});

it("that cannot be saved is an error that says what is burned, once, and nothing is called successful", async () => {
  let tries = 0;
  const { code, out, err } = await burnOn(async () => {
    tries++;
    throw new EspError("file.unwritable", "The file 'chip.json' cannot be written: permission denied.");
  });
  expect(tries).toBeGreaterThan(0);
  expect(code).toBe(2);
  expect(out).toContain("BURN BLOCK0");
  expect(out).not.toContain("Successful.");
  expect(err).toContain("DIS_TWAI is burned, but not saved.");
  expect(err.match(/permission denied/g)).toHaveLength(1);
});
