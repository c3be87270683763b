import { expect, it } from "vitest";
import { stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import { checkErrorLines, statusDumpLines, warningLines } from "./error-status.ts";

it("registers that tell of damage", async () => {
  const state = await stateWith("esp32c3", {}, { errors: { 0: { count: 1, fail: true, bits: 1n << 35n } } });
  expect(statusDumpLines(state, [0x80, 1])).toEqual([
    "BLOCK0          (                ) [0 ] err__regs: 00000008 00000000 00000000 00000000 00000000",
    "EFUSE_RD_RS_ERR0_REG        0x00000080",
    "EFUSE_RD_RS_ERR1_REG        0x00000001",
  ]);
  expect(statusDumpLines(await stateWith("esp32"), [5])).toEqual(["EFUSE_REG_DEC_STATUS        0x00000005"]);
  expect(statusDumpLines(await stateWith("esp32c2"), [5]).at(-1)).toBe("EFUSE_RD_RS_ERR_REG         0x00000005");
});

it("one line a damaged block, and what it means when it could not be mended", async () => {
  expect(warningLines(await stateWith("esp32c3"))).toEqual([]);
  const mended = await stateWith("esp32e22", {}, { errors: { 2: { count: 3 } } });
  expect(warningLines(mended)).toEqual(["Error(s) in BLOCK2 [ERRORS:3 FAIL:False]"]);
  const broken = await stateWith("esp32h2", {}, { errors: { 2: { count: 3, fail: true }, 1: { fail: true } } });
  expect(warningLines(broken).slice(0, 2)).toEqual([
    "Error(s) in BLOCK1 [ERRORS:0 FAIL:True].",
    "Error(s) in BLOCK2 [ERRORS:3 FAIL:True].",
  ]);
  expect(warningLines(broken)[2]).toMatch(/^WARNING: /);
});

it("fields and blocks with errors, what they read as, whether they can be burned again", async () => {
  expect(checkErrorLines(await stateWith("esp32c3"))).toEqual(["No errors detected."]);
  const errors = { 0: { count: 1, fail: true, bits: 1n << 32n }, 2: { fail: true }, 4: { count: 1 } };
  const values = { RD_DIS: 1, WR_DIS: 1 << 21, OPTIONAL_UNIQUE_ID: 0xabn };
  const lines = checkErrorLines(await stateWith("esp32c3", values, { errors }));
  expect(lines.slice(0, 3)).toEqual([
    `RD_DIS${" ".repeat(34)} 0x01 (writable)`,
    `BLOCK_SYS_DATA${" ".repeat(26)} 0x${"ab".padStart(64, "0")} (not writable)`,
    // Hidden: what it holds is not known.
    `BLOCK_KEY0${" ".repeat(30)} 0x${"?".repeat(64)} (writable)`,
  ]);
  expect(lines.at(-1)).toBe("Error(s) were detected in eFuses.");
});
