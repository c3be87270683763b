import { describe, expect, it } from "vitest";
import { afterPlan } from "../../../../test/support/efuse/efuse-after.ts";
import { stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import type { EfuseState } from "../table/types.ts";
import type { BurnRequest } from "../value/request.ts";
import type { BurnPlan } from "./plan.ts";
import { planBurn } from "./plan-burn.ts";

const hide = (field: string): BurnRequest => ({ kind: "read-protect", field });
const lock = (field: string): BurnRequest => ({ kind: "write-protect", field });
const burn = (field: string, value?: number | string): BurnRequest => ({
  kind: "field",
  field,
  ...(value === undefined ? {} : { value }),
});
const codes = (plan: BurnPlan): string[] => plan.outcomes.flatMap(({ remarks }) => remarks.map(({ code }) => code));
const refusal = (state: EfuseState, ...requests: BurnRequest[]): string => thrown(() => planBurn(state, requests)).code;

describe("locking a field", () => {
  it("tells of all that share the bit", async () => {
    const plan = planBurn(await stateWith("esp32c6"), [lock("UART_PRINT_CONTROL")]);
    const shared = [
      "FLASH_TPUW",
      "DIS_DOWNLOAD_MODE",
      "DIS_DIRECT_BOOT",
      "DIS_USB_SERIAL_JTAG_ROM_PRINT",
      "DIS_USB_SERIAL_JTAG_DOWNLOAD_MODE",
      "ENABLE_SECURITY_DOWNLOAD",
      "UART_PRINT_CONTROL",
      "FORCE_SEND_RESUME",
      "SECURE_VERSION",
    ];
    expect(plan.outcomes[0]?.remarks[0]?.details?.["fields"]).toEqual(shared);
    expect(plan.locks).toEqual(shared);
    expect(plan.changes).toMatchObject([{ field: "WR_DIS", bits: [18] }]);
  });

  it("locks a block with what is in it", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [lock("MAC_FACTORY")]);
    expect(plan.locks).toEqual(expect.arrayContaining(["MAC", "FLASH_CAP", "MAC_SPI_8M_0"]));
  });

  it("is done once", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [lock("DIS_ICACHE")]);
    const again = planBurn(afterPlan(plan), [lock("DIS_ICACHE")]);
    expect([again.steps, again.locks, codes(again)]).toEqual([[], [], ["efuse.already-write-protected"]]);
    expect(again.outcomes[0]?.remarks[0]?.message).toContain("is already write protected");
  });

  it("is refused when WR_DIS itself is locked, on the ESP32", async () => {
    const state = await stateWith("esp32", { WR_DIS: 2 });
    const error = thrown(() => planBurn(state, [lock("MAC")]));
    expect(error.code).toBe("efuse.write-protected");
    expect(error.message).toContain(
      "This eFuse cannot be write-disabled due to the WR_DIS field being already write-disabled",
    );
  });

  it.each([
    ["esp32e22", "UART_PRINT_CONTROL"],
    ["esp32c3", "WR_DIS"],
    ["esp32c3", "NO_SUCH_FIELD"],
  ] as const)("is refused where there is no such lock: %s %s", async (chip, name) => {
    const error = thrown(() => planBurn(emptyOf[chip], [lock(name)]));
    expect(error.code).toBe("efuse.unknown-name");
    expect(error.message).toContain("Invalid value");
  });

  it("comes after what else is burned in the same go", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [lock("UART_PRINT_CONTROL"), burn("UART_PRINT_CONTROL", 1)], {
      postpone: true,
    });
    expect(plan.steps.map(({ postponed }) => postponed)).toEqual([false, true]);
  });
});

const emptyOf = { esp32e22: await stateWith("esp32e22"), esp32c3: await stateWith("esp32c3") };

describe("hiding a field", () => {
  it.each([
    ["esp32", "BLOCK1", ["BLOCK1"]],
    ["esp32", "CODING_SCHEME", ["BLK3_PART_RESERVE", "FLASH_CRYPT_CONFIG", "CODING_SCHEME", "KEY_STATUS"]],
    ["esp32c3", "BLOCK_SYS_DATA2", ["BLOCK_SYS_DATA2"]],
    ["esp32c3", "SYS_DATA_PART2", ["BLOCK_SYS_DATA2"]],
    ["esp32c2", "BLOCK_KEY0_LOW_128", ["BLOCK_KEY0", "BLOCK_KEY0_LOW_128"]],
  ] as const)("%s %s", async (chip, name, fields) => {
    const state = await stateWith(chip);
    const plan = planBurn(state, [hide(name)]);
    expect(plan.hides).toEqual(fields);
    expect(plan.outcomes[0]?.remarks[0]?.details?.["fields"]).toEqual(fields);
    const again = planBurn(afterPlan(plan), [hide(name)]);
    expect([again.steps, codes(again)]).toEqual([[], ["efuse.already-read-protected"]]);
    expect(again.outcomes[0]?.remarks[0]?.message).toContain("is already read protected");
  });

  it.each([
    ["esp32", "CODING_SCHEME"],
    ["esp32c2", "BLOCK_KEY0_HI_128"],
    ["esp32c3", "BLOCK_SYS_DATA2"],
    ["esp32s31", "BLOCK_KEY0"],
  ] as const)("is refused when RD_DIS is locked: %s %s", async (chip, name) => {
    const state = afterPlan(planBurn(await stateWith(chip), [lock("RD_DIS")]));
    const error = thrown(() => planBurn(state, [hide(name)]));
    expect(error.code).toBe("efuse.write-protected");
    expect(error.message).toContain(
      "This eFuse cannot be read-disabled due to the RD_DIS field being already write-disabled",
    );
  });

  it.each(["DIS_ICACHE", "BLOCK_USR_DATA", "MAC", "NO_SUCH"])("is refused where nothing hides it: %s", (name) => {
    const error = thrown(() => planBurn(emptyOf.esp32c3, [hide(name)]));
    expect(error.code).toBe("efuse.unknown-name");
    expect(error.message).toContain("Invalid value");
  });
});

describe("what the chip has to read", () => {
  const all = ["BLOCK_KEY0", "KEY0"];

  it.each([
    ["USER", false],
    ["SECURE_BOOT_DIGEST0", false],
    ["XTS_AES_128_KEY", true],
    ["HMAC_UP", true],
    ["HMAC_DOWN_DIGITAL_SIGNATURE", true],
  ] as const)("stays readable, by any name: %s may be hidden: %s", async (purpose, mayBeHidden) => {
    const state = await stateWith("esp32c3");
    const before = purpose === "USER" ? state : afterPlan(planBurn(state, [burn("KEY_PURPOSE_0", purpose)]));
    for (const name of all) {
      if (mayBeHidden) expect(planBurn(before, [hide(name)]).hides).toEqual(["BLOCK_KEY0"]);
      else {
        const error = thrown(() => planBurn(before, [{ ...hide(name), force: true }]));
        expect(error.code).toBe("efuse.must-stay-readable");
        expect(error.message).toContain("must be readable, stop this operation!");
      }
    }
  });

  it("is judged by what is planned before", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [burn("KEY_PURPOSE_0", "HMAC_UP"), hide("KEY0")]);
    expect(plan.hides).toEqual(["BLOCK_KEY0"]);
    expect(refusal(emptyOf.esp32c3, hide("KEY0"), burn("KEY_PURPOSE_0", "HMAC_UP"))).toBe("efuse.must-stay-readable");
  });

  it("goes by all five bits of a purpose of the ESP32-P4", async () => {
    const state = await stateWith("esp32p4", {}, { chipRevision: 300 });
    // 16: the low four bits alone would say USER.
    const plan = planBurn(state, [burn("KEY_PURPOSE_0", "ECDSA_KEY_P192"), hide("BLOCK_KEY0")]);
    expect(plan.hides).toContain("BLOCK_KEY0");
    // 25 is a custom purpose; its low four bits would say SECURE_BOOT_DIGEST0.
    expect(refusal(state, burn("KEY_PURPOSE_0", 25), hide("BLOCK_KEY0"))).toBe("efuse.must-stay-readable");
  });

  it("is BLOCK2 of an ESP32 with Secure Boot V2", async () => {
    const on = await stateWith("esp32", { ABS_DONE_1: 1 }, { chipRevision: 300 });
    for (const name of ["BLOCK2", "SECURE_BOOT_KEY"]) {
      const error = thrown(() => planBurn(on, [hide(name)]));
      expect(error.code).toBe("efuse.must-stay-readable");
      expect(error.message).toContain(
        "Secure Boot V2 is on (ABS_DONE_1 = True), BLOCK2 must be readable, stop this operation!",
      );
    }
    const off = await stateWith("esp32", {}, { chipRevision: 300 });
    expect(refusal(off, burn("ABS_DONE_1"), hide("BLOCK2"))).toBe("efuse.must-stay-readable");
    const plan = planBurn(off, [hide("BLOCK2")]);
    expect(plan.hides).toEqual(["BLOCK2"]);
    expect(plan.cautions[0]?.message).toContain("must be readable, please stop this operation!");
    for (const [values, chipRevision] of [
      [{}, 100],
      [{ ABS_DONE_0: 1, ABS_DONE_1: 1 }, 300],
    ] as const) {
      const state = await stateWith("esp32", values, { chipRevision });
      expect(planBurn(state, [hide("BLOCK2")]).cautions).toEqual([]);
    }
    expect(planBurn(on, [hide("BLOCK1")]).hides).toEqual(["BLOCK1"]);
  });

  it.each([
    [{}, "BLOCK_KEY0", false],
    [{}, "KEY0", false],
    [{}, "BLOCK_KEY0_LOW_128", true],
    [{}, "BLOCK_KEY0_HI_128", true],
    [{ XTS_KEY_LENGTH_256: 1 }, "BLOCK_KEY0", true],
    [{ SECURE_BOOT_EN: 1, XTS_KEY_LENGTH_256: 1 }, "BLOCK_KEY0", false],
    [{ SECURE_BOOT_EN: 1 }, "BLOCK_KEY0_HI_128", false],
    [{ SECURE_BOOT_EN: 1 }, "BLOCK_KEY0_LOW_128", true],
  ])("is part of the key block of an ESP32-C2: %o %s may be hidden: %s", async (values, name, mayBeHidden) => {
    const state = await stateWith("esp32c2", values);
    if (mayBeHidden) expect(planBurn(state, [hide(name)]).steps).toHaveLength(1);
    else expect(refusal(state, hide(name))).toBe("efuse.must-stay-readable");
  });
});

describe("raw bits of WR_DIS and RD_DIS", () => {
  it("are explained", async () => {
    const plan = planBurn(await stateWith("esp32c3"), [burn("WR_DIS", 0x80000001), burn("RD_DIS", 0x40)]);
    expect(plan.locks).toContain("RD_DIS");
    expect(plan.hides).toEqual(["BLOCK_SYS_DATA2"]);
    const bits = planBurn(await stateWith("esp32c3"), [{ kind: "bits", block: "BLOCK0", bits: [0, 31, 38] }]);
    expect([bits.locks, bits.hides]).toEqual([plan.locks, plan.hides]);
  });
});
