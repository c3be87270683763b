import { describe, expect, it } from "vitest";
import { afterPlan } from "../../../../test/support/efuse/efuse-after.ts";
import { stateOfTable, stateWith } from "../../../../test/support/efuse/efuse-state.ts";
import { thrown } from "../../../../test/support/thrown.ts";
import { fromHex, toHex } from "../../bytes/hex.ts";
import { bitsToBytes } from "../table/bits.ts";
import { findBlock, findField } from "../table/find-field.ts";
import type { EfuseState } from "../table/types.ts";
import { fieldValue, isReadable, isWritable } from "../value/field-value.ts";
import { keyPurposeCode, keyPurposeOf } from "../value/key-purposes.ts";
import type { BurnRequest, KeyMaterial, RequestOf } from "../value/request.ts";
import type { BurnPlan } from "./plan.ts";
import { planBurn } from "./plan-burn.ts";

const count = (length: number, from = 1): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, index) => index + from);
const raw = (bytes: Uint8Array<ArrayBuffer>): KeyMaterial => ({ kind: "raw", bytes });
const ecdsa = (curve: "p192" | "p256" | "p384", length: number): KeyMaterial => ({
  kind: "ecdsa",
  curve,
  scalar: count(length),
});

type Options = Omit<RequestOf<"key">, "kind" | "block" | "key" | "purpose">;

function key(
  block: string,
  material: KeyMaterial | Uint8Array<ArrayBuffer>,
  purpose?: string,
  options: Options = {},
): BurnRequest {
  const value = material instanceof Uint8Array ? raw(material) : material;
  return { kind: "key", block, key: value, ...options, ...(purpose === undefined ? {} : { purpose }) };
}

/** What is in a block before anything is hidden, from its first byte on. */
function bytesIn(plan: BurnPlan, block: string): string {
  const { id } = findBlock(plan.basis.table, block);
  const state = afterPlan(plan, "all").blocks.get(id);
  return toHex(bitsToBytes(state?.bits ?? 0n, 4 * (state?.words ?? 0)));
}

/** `R/W` as in a summary. */
function access(plan: BurnPlan, name: string): string {
  const { table } = plan.basis;
  const item = table.blocks.find((block) => block.name === name) ?? findField(table, name);
  const state = afterPlan(plan, "all");
  return `${isReadable(state, item) ? "R" : "-"}/${isWritable(state, item) ? "W" : "-"}`;
}

function purposeOf(plan: BurnPlan, index: number): string | undefined {
  const field = findField(plan.basis.table, `KEY_PURPOSE_${index}`);
  return keyPurposeOf(plan.basis.table, keyPurposeCode(afterPlan(plan, "all"), field))?.name;
}

const value = (plan: BurnPlan, name: string): bigint =>
  fieldValue(afterPlan(plan, "all"), findField(plan.basis.table, name));
const cautions = (plan: BurnPlan): string[] => plan.cautions.map(({ code }) => code);
const refusal = (state: EfuseState, ...requests: BurnRequest[]): string => thrown(() => planBurn(state, requests)).code;
const reversed = (bytes: Uint8Array<ArrayBuffer>): string => toHex(bytes.toReversed());

describe("a key", () => {
  it.each([
    ["esp32c3", "XTS_AES_128_KEY", true, "-/-"],
    ["esp32c3", "HMAC_UP", false, "-/-"],
    ["esp32c3", "SECURE_BOOT_DIGEST1", false, "R/-"],
    ["esp32c3", "USER", false, "R/-"],
    ["esp32c6", "CUSTOM_MAX", false, "R/-"],
    ["esp32c6", "CUSTOM_DIGEST_13", false, "R/-"],
    ["esp32s31", "SDC_KEY_DIGEST", false, "-/-"],
    ["esp32c5", "XTS_AES_128_PSRAM_KEY", true, "-/-"],
    ["esp32h4", "ECDSA_KEY_P384_H", true, "-/-"],
    ["esp32e22", "KM_INIT_KEY", false, "-/-"],
  ] as const)("%s %s", async (chip, purpose, isReversed, expected) => {
    const plan = planBurn(await stateWith(chip), [key("BLOCK_KEY2", count(32), purpose)]);
    expect(bytesIn(plan, "BLOCK_KEY2")).toBe(isReversed ? reversed(count(32)) : toHex(count(32)));
    expect(access(plan, "BLOCK_KEY2")).toBe(expected);
    // Whatever the purpose: nobody changes it any more.
    expect(access(plan, "KEY_PURPOSE_2")).toBe("R/-");
    const code = plan.basis.table.keyPurposes.find(({ name }) => name === purpose)?.code;
    expect(keyPurposeCode(afterPlan(plan), findField(plan.basis.table, "KEY_PURPOSE_2"))).toBe(code);
    const own = plan.changes.find(({ field }) => field === "BLOCK_KEY2");
    expect(own?.secret).toBe(true);
    expect(plan.changes.filter(({ field }) => field !== "BLOCK_KEY2").every(({ secret }) => !secret)).toBe(true);
  });

  it("is protected as is asked, the purpose always", async () => {
    const request = key("BLOCK5", count(32), "XTS_AES_128_KEY", { readProtect: false, writeProtect: false });
    const plan = planBurn(await stateWith("esp32c3"), [request]);
    expect([access(plan, "BLOCK_KEY1"), access(plan, "KEY_PURPOSE_1")]).toEqual(["R/W", "R/-"]);
    expect([plan.hides, plan.locks]).toEqual([[], ["KEY_PURPOSE_1"]]);
    const later = planBurn(afterPlan(plan), [key("BLOCK_KEY1", count(32), "XTS_AES_128_KEY")]);
    expect(access(later, "BLOCK_KEY1")).toBe("-/-");
    expect(later.steps.map(({ block }) => block)).toEqual([0]);
    expect([later.hides, later.locks]).toEqual([["BLOCK_KEY1"], ["BLOCK_KEY1"]]);
  });

  it.each(["SECURE_BOOT_DIGEST0", "USER"])("that has to be read is not hidden: %s", async (purpose) => {
    const state = await stateWith("esp32c3");
    expect(refusal(state, key("BLOCK_KEY1", count(32), purpose, { readProtect: true }))).toBe(
      "efuse.must-stay-readable",
    );
  });

  it.each([16, 31, 33, 64, 0])("of %i bytes is refused", async (length) => {
    const state = await stateWith("esp32c3");
    const error = thrown(() => planBurn(state, [key("BLOCK_KEY0", count(length), "HMAC_UP")]));
    expect(error.code).toBe("efuse.bad-size");
    expect(error.message).toContain(
      `Incorrect key file size ${length}. Key file must be 32 bytes (256 bits) of raw binary key data.`,
    );
    expect(error.details).toMatchObject({ sizeBytes: length, allowedBytes: 32, request: 0 });
  });

  it("needs a block for keys and a purpose that there is", async () => {
    const state = await stateWith("esp32c3");
    expect(refusal(state, key("BLOCK_USR_DATA", count(32), "USER"))).toBe("efuse.unknown-name");
    expect(refusal(state, key("BLOCK_KEY9", count(32), "USER"))).toBe("efuse.unknown-name");
    expect(refusal(state, key("BLOCK_KEY0", count(32), "HMAC"))).toBe("efuse.unknown-name");
    expect(refusal(state, key("BLOCK_KEY0", count(32)))).toBe("efuse.bad-value");
  });

  it.each([
    ["BLOCK_KEY0", "BLOCK_KEY0"],
    ["BLOCK_KEY0", "BLOCK4"],
    ["BLOCK4", "BLOCK_KEY0"],
  ])("goes to a block of its own: %s %s", async (first, second) => {
    const state = await stateWith("esp32c3");
    const error = thrown(() =>
      planBurn(state, [key(first, count(32), "USER"), key(second, count(32), "USER", { force: true })]),
    );
    expect(error.code).toBe("efuse.repeated");
    expect(error.message).toContain("Found repeated");
    expect(error.details["request"]).toBe(1);
  });

  it("does not mix with another", async () => {
    const state = await stateWith("esp32c3", { BLOCK_KEY0: 3n });
    const error = thrown(() => planBurn(state, [key("BLOCK_KEY0", count(32), "USER")]));
    expect(error.code).toBe("efuse.cannot-clear");
    expect(error.message).toContain("New value contains some bits that cannot be cleared");
    // What would be there is no value that anybody has, and shows bits of the key.
    expect(error.message).not.toMatch(/0x[0-9a-f]/);
    const more = await stateWith("esp32c3", { BLOCK_KEY0: 1n });
    expect(refusal(more, key("BLOCK_KEY0", count(32), "USER"))).toBe("efuse.coding-forbids");
    const forced = planBurn(more, [key("BLOCK_KEY0", count(32), "USER", { force: true })]);
    expect(cautions(forced)).toContain("efuse.coding-forbids");
  });

  it.each([
    [{ RD_DIS: 1 }, "efuse.read-protected"],
    [{ WR_DIS: 1 << 23 }, "efuse.write-protected"],
    [{ WR_DIS: 1 << 8 }, "efuse.write-protected"],
    [{ KEY_PURPOSE_0: 4 }, "efuse.cannot-clear"],
  ])("is refused by a block with %o", async (values, code) => {
    expect(refusal(await stateWith("esp32c3", values), key("BLOCK_KEY0", count(32), "HMAC_UP"))).toBe(code);
  });

  it("that should be hidden is not burned where it cannot be", async () => {
    const state = await stateWith("esp32c3", { WR_DIS: 1 });
    const error = thrown(() => planBurn(state, [key("BLOCK_KEY0", count(32), "HMAC_UP")]));
    expect(error.code).toBe("efuse.write-protected");
    expect(error.message).toContain(
      "This eFuse cannot be read-disabled due to the RD_DIS field being already write-disabled",
    );
  });

  it("repeats itself under another name of its purpose", async () => {
    const request = (purpose: string): BurnRequest =>
      key("BLOCK_KEY0", ecdsa("p256", 32), purpose, { readProtect: false });
    const plan = planBurn(await stateWith("esp32c5"), [request("ECDSA_KEY")]);
    for (const purpose of ["ECDSA_KEY", "ECDSA_KEY_P256"])
      expect(planBurn(afterPlan(plan), [request(purpose)]).steps).toEqual([]);
  });

  it("keeps the high bit of its purpose elsewhere on the ESP32-P4", async () => {
    const state = await stateWith("esp32p4", {}, { chipRevision: 300 });
    const plan = planBurn(state, [key("BLOCK_KEY5", ecdsa("p192", 24), "ECDSA_KEY_P192")]);
    expect([value(plan, "KEY_PURPOSE_5"), value(plan, "KEY_PURPOSE_5_H")]).toEqual([0n, 1n]);
    expect(access(plan, "BLOCK_KEY5")).toBe("-/-");
    const old = await stateWith("esp32p4", {}, { chipRevision: 103 });
    expect(["efuse.bad-value", "efuse.unknown-name"]).toContain(
      refusal(old, key("BLOCK_KEY5", ecdsa("p192", 24), "ECDSA_KEY_P192")),
    );
  });
});

describe("a fault of the hardware", () => {
  it.each([
    ["esp32c3", "XTS_AES_128_KEY", true],
    ["esp32c6", "XTS_AES_128_KEY", true],
    ["esp32s3", "XTS_AES_128_KEY", true],
    ["esp32s3", "XTS_AES_256_KEY_1", true],
    ["esp32h4", "XTS_AES_128_PSRAM_KEY", true],
    ["esp32h2", "XTS_AES_128_KEY", true],
    ["esp32s2", "XTS_AES_128_KEY", false],
    ["esp32h21", "XTS_AES_128_KEY", false],
    ["esp32c3", "HMAC_UP", false],
    ["esp32p4", "XTS_AES_128_KEY", false],
  ] as const)("keeps KEY_PURPOSE_5 of the %s from %s: %s", async (chip, purpose, isRefused) => {
    const state = await stateWith(chip);
    const requests: BurnRequest[] = [
      key("BLOCK_KEY5", count(32), purpose),
      { kind: "field", field: "KEY_PURPOSE_5", value: purpose },
    ];
    for (const request of requests) {
      if (isRefused) {
        const error = thrown(() => planBurn(state, [request]));
        expect(error.code).toBe("efuse.refused-purpose");
        expect(error.message).toContain("a hardware bug (please see TRM for more details)");
      } else expect(planBurn(state, [request]).steps.length).toBeGreaterThan(0);
    }
    expect(planBurn(state, [key("BLOCK_KEY4", count(32), purpose)]).steps.length).toBeGreaterThan(0);
  });

  it("keeps an ECDSA key from it on the ESP32-H2, and a whole XTS key on the ESP32-S3", async () => {
    expect(refusal(await stateWith("esp32h2"), key("BLOCK_KEY5", ecdsa("p256", 32), "ECDSA_KEY"))).toBe(
      "efuse.refused-purpose",
    );
    const s3 = await stateWith("esp32s3");
    expect(refusal(s3, key("BLOCK_KEY5", count(64), "XTS_AES_256_KEY"))).toBe("efuse.refused-purpose");
    // Here the second half goes around it.
    expect(purposeOf(planBurn(s3, [key("BLOCK_KEY4", count(64), "XTS_AES_256_KEY")]), 0)).toBe("XTS_AES_256_KEY_2");
  });

  it.each([
    ["esp32h4", "XTS_AES_256_KEY"],
    ["esp32h4", "XTS_AES_256_PSRAM_KEY"],
  ] as const)(
    "%s: the second half of an %s does not go around it, to a block that nobody named",
    async (chip, purpose) => {
      const state = await stateWith(chip);
      const error = thrown(() => planBurn(state, [key("BLOCK_KEY4", count(64), purpose)]));
      expect(error.code).toBe("efuse.refused-purpose");
      expect(error.message).toContain("a hardware bug (please see TRM for more details)");
      expect(error.hint).toContain("The second half would go to BLOCK_KEY5.");
      // Where the last block is named for something else, the reference goes around it, too.
      const both = [key("BLOCK_KEY4", count(64), purpose), key("BLOCK_KEY5", count(32), "USER")];
      expect(purposeOf(planBurn(state, both), 0)).toBe(`${purpose}_2`);
    },
  );

  it("makes ECDSA keys of the first ESP32-H2 need a flag", async () => {
    const flag = "ECDSA_FORCE_USE_HARDWARE_K";
    const request = key("BLOCK_KEY0", ecdsa("p256", 32), "ECDSA_KEY");
    expect(value(planBurn(await stateWith("esp32h2", {}, { chipRevision: 101 }), [request]), flag)).toBe(1n);
    const names = planBurn(await stateWith("esp32h2", {}, { chipRevision: 102 }), [request]).changes.map(
      ({ field }) => field,
    );
    expect(names).not.toContain(flag);
    const xts = planBurn(await stateWith("esp32h2", {}, { chipRevision: 101 }), [
      key("BLOCK_KEY0", count(32), "XTS_AES_128_KEY"),
    ]);
    expect(value(xts, flag)).toBe(0n);
  });
});

describe("a key in two blocks", () => {
  it.each([
    ["esp32s2", "XTS_AES_256_KEY", "XTS_AES_256_KEY_1", "XTS_AES_256_KEY_2"],
    ["esp32s3", "XTS_AES_256_KEY", "XTS_AES_256_KEY_1", "XTS_AES_256_KEY_2"],
    ["esp32p4", "XTS_AES_256_KEY", "XTS_AES_256_KEY_1", "XTS_AES_256_KEY_2"],
    ["esp32h4", "XTS_AES_256_PSRAM_KEY", "XTS_AES_256_PSRAM_KEY_1", "XTS_AES_256_PSRAM_KEY_2"],
  ] as const)("%s %s", async (chip, purpose, first, second) => {
    for (const name of ["BLOCK_KEY0", "BLOCK4"]) {
      const plan = planBurn(await stateWith(chip), [key(name, count(64), purpose)]);
      expect([purposeOf(plan, 0), purposeOf(plan, 1)]).toEqual([first, second]);
      expect(bytesIn(plan, "BLOCK_KEY0")).toBe(reversed(count(32)));
      expect(bytesIn(plan, "BLOCK_KEY1")).toBe(reversed(count(32, 33)));
      expect([access(plan, "BLOCK_KEY0"), access(plan, "BLOCK_KEY1")]).toEqual(["-/-", "-/-"]);
    }
  });

  it("has its private number from the front, P-384", async () => {
    const plan = planBurn(await stateWith("esp32p4"), [key("BLOCK_KEY3", ecdsa("p384", 48), "ECDSA_KEY_P384")]);
    expect([purposeOf(plan, 3), purposeOf(plan, 4)]).toEqual(["ECDSA_KEY_P384_H", "ECDSA_KEY_P384_L"]);
    expect(bytesIn(plan, "BLOCK_KEY3")).toBe(reversed(count(16)) + "00".repeat(16));
    expect(bytesIn(plan, "BLOCK_KEY4")).toBe(reversed(count(32, 17)));
  });

  it.each([
    [{}, "BLOCK_KEY5", 0],
    [{ KEY_PURPOSE_0: 5 }, "BLOCK_KEY5", 1],
    [{ BLOCK_KEY0: 1n }, "BLOCK_KEY5", 1],
    [{ RD_DIS: 1 }, "BLOCK_KEY5", 1],
    [{ WR_DIS: 1 << 23 }, "BLOCK_KEY5", 1],
    [{ WR_DIS: 1 << 8 }, "BLOCK_KEY5", 1],
    [{ KEY_PURPOSE_3: 5, BLOCK_KEY4: 1n }, "BLOCK_KEY2", 5],
  ])("takes the next that is free: %o %s", async (values, block, second) => {
    const plan = planBurn(await stateWith("esp32s2", values), [key(block, count(64), "XTS_AES_256_KEY")]);
    expect(purposeOf(plan, second)).toBe("XTS_AES_256_KEY_2");
  });

  it("leaves blocks to requests that name them, by any name", async () => {
    const state = await stateWith("esp32s2");
    for (const named of ["BLOCK_KEY1", "BLOCK5"]) {
      const plan = planBurn(state, [key("BLOCK_KEY0", count(64), "XTS_AES_256_KEY"), key(named, count(32), "HMAC_UP")]);
      expect([purposeOf(plan, 1), purposeOf(plan, 2)]).toEqual(["HMAC_UP", "XTS_AES_256_KEY_2"]);
    }
  });

  it("is not changed by another request", async () => {
    const state = await stateWith("esp32s2");
    const keys: BurnRequest[] = [
      key("BLOCK_KEY0", count(64), "XTS_AES_256_KEY"),
      key("BLOCK_KEY0", count(32), "HMAC_UP"),
    ];
    for (const request of keys) {
      expect(refusal(state, request, { kind: "bits", block: "BLOCK4", bits: [255], force: true })).toBe(
        "efuse.repeated",
      );
      expect(planBurn(state, [request, { kind: "bits", block: "BLOCK4", bits: [] }]).steps.length).toBeGreaterThan(1);
    }
    // The second half does not go where another request goes.
    const bits: BurnRequest = { kind: "bits", block: "BLOCK5", bits: [3] };
    const plan = planBurn(state, [key("BLOCK_KEY0", count(64), "XTS_AES_256_KEY"), bits]);
    expect(purposeOf(plan, 2)).toBe("XTS_AES_256_KEY_2");
    const field: BurnRequest = { kind: "field", field: "KEY1", value: count(32) };
    expect(purposeOf(planBurn(state, [key("BLOCK_KEY0", count(64), "XTS_AES_256_KEY"), field]), 2)).toBe(
      "XTS_AES_256_KEY_2",
    );
  });

  it("comes in several in one go", async () => {
    const plan = planBurn(await stateWith("esp32h4"), [
      key("BLOCK_KEY0", count(64), "XTS_AES_256_KEY"),
      key("BLOCK_KEY3", count(64, 65), "XTS_AES_256_PSRAM_KEY"),
    ]);
    expect([0, 1, 2, 3, 4].map((index) => purposeOf(plan, index))).toEqual([
      "XTS_AES_256_KEY_1",
      "XTS_AES_256_KEY_2",
      "USER",
      "XTS_AES_256_PSRAM_KEY_1",
      "XTS_AES_256_PSRAM_KEY_2",
    ]);
    expect(bytesIn(plan, "BLOCK_KEY4")).toBe(reversed(count(32, 97)));
  });

  it("finds its second half again", async () => {
    const request = key("BLOCK_KEY0", count(64), "XTS_AES_256_KEY", { readProtect: false });
    const plan = planBurn(await stateWith("esp32s2"), [request]);
    expect(planBurn(afterPlan(plan), [request]).steps).toEqual([]);
  });

  it("needs two free blocks", async () => {
    const used = Object.fromEntries([1, 2, 3, 4, 5].map((index) => [`KEY_PURPOSE_${index}`, 5]));
    const error = thrown(() => planBurn(stateOf2(used), [key("BLOCK_KEY0", count(64), "XTS_AES_256_KEY")]));
    expect(error.code).toBe("efuse.no-free-block");
    expect(error.message).toContain("requires two free keyblocks");
  });

  it.each([32, 48, 63, 96])("has 64 bytes and not %i", (length) => {
    const error = thrown(() => planBurn(stateOf2({}), [key("BLOCK_KEY0", count(length), "XTS_AES_256_KEY")]));
    expect([error.code, error.details["allowedBytes"]]).toEqual(["efuse.bad-size", 64]);
  });
});

const s2 = await stateWith("esp32s2");
const stateOf2 = (values: Readonly<Record<string, number>>): EfuseState => stateOfTable(s2.table, values);

describe("a key for signatures", () => {
  it.each([
    ["esp32c61", "ECDSA_KEY", "p192", true],
    ["esp32c61", "ECDSA_KEY", "p256", true],
    ["esp32h2", "ECDSA_KEY", "p192", true],
    ["esp32h21", "ECDSA_KEY", "p256", true],
    ["esp32e22", "ECDSA_KEY", "p192", true],
    ["esp32c5", "ECDSA_KEY", "p256", true],
    ["esp32c5", "ECDSA_KEY", "p192", false],
    ["esp32c5", "ECDSA_KEY_P256", "p256", true],
    ["esp32c5", "ECDSA_KEY_P256", "p192", false],
    ["esp32c5", "ECDSA_KEY_P192", "p192", true],
    ["esp32c5", "ECDSA_KEY_P192", "p256", false],
    ["esp32c5", "ECDSA_KEY_P384", "p384", true],
    ["esp32c5", "ECDSA_KEY_P384", "p256", false],
    ["esp32c5", "ECDSA_KEY", "p384", false],
    ["esp32h2", "ECDSA_KEY", "p384", false],
  ] as const)("%s %s %s: %s", async (chip, purpose, curve, fits) => {
    const state = await stateWith(chip, {}, { chipRevision: chip === "esp32h2" ? 102 : 0 });
    const request = key("BLOCK_KEY0", ecdsa(curve, { p192: 24, p256: 32, p384: 48 }[curve]), purpose);
    if (fits) expect(planBurn(state, [request]).steps.length).toBeGreaterThan(1);
    else {
      const error = thrown(() => planBurn(state, [request]));
      expect(error.code).toBe("efuse.wrong-curve");
      expect(error.details).toMatchObject({ curve, purpose });
    }
  });

  it("is stored lowest byte first, zeros at the end", async () => {
    const scalar = fromHex("4f71b795238123cb1486f5067ca404cbbd05059e625dc4c8") ?? new Uint8Array();
    const state = await stateWith("esp32h2", {}, { chipRevision: 102 });
    const plan = planBurn(state, [key("BLOCK_KEY0", { kind: "ecdsa", curve: "p192", scalar }, "ECDSA_KEY")]);
    expect(bytesIn(plan, "BLOCK_KEY0")).toBe(`c8c45d629e0505bdcb04a47c06f58614cb23812395b7714f${"00".repeat(8)}`);
  });

  it("on P-192 has no purpose of its own on the ESP32-P4 before v3.0, and goes to the common one", async () => {
    const request = key("BLOCK_KEY0", ecdsa("p192", 24), "ECDSA_KEY");
    expect(planBurn(await stateWith("esp32p4", {}, { chipRevision: 100 }), [request]).steps.length).toBeGreaterThan(1);
    expect(refusal(await stateWith("esp32p4", {}, { chipRevision: 300 }), request)).toBe("efuse.wrong-curve");
  });

  it("may be forced on another curve of one block, and told", async () => {
    const state = await stateWith("esp32c5");
    const plan = planBurn(state, [key("BLOCK_KEY0", ecdsa("p192", 24), "ECDSA_KEY", { force: true })]);
    expect(cautions(plan)).toContain("efuse.wrong-curve");
    expect(refusal(state, key("BLOCK_KEY0", ecdsa("p384", 48), "ECDSA_KEY", { force: true }))).toBe(
      "efuse.wrong-curve",
    );
    expect(refusal(state, key("BLOCK_KEY0", ecdsa("p256", 32), "ECDSA_KEY_P384", { force: true }))).toBe(
      "efuse.wrong-curve",
    );
  });

  it("is no raw data, and raw data is no such key", async () => {
    const state = await stateWith("esp32c5");
    expect(refusal(state, key("BLOCK_KEY0", count(32), "ECDSA_KEY"))).toBe("efuse.bad-value");
    expect(refusal(state, key("BLOCK_KEY0", ecdsa("p256", 32), "XTS_AES_128_KEY"))).toBe("efuse.bad-value");
    expect(refusal(state, key("BLOCK_KEY0", ecdsa("p256", 31), "ECDSA_KEY"))).toBe("efuse.bad-size");
  });
});

describe("keys of the ESP32", () => {
  it.each([
    ["flash_encryption", "BLOCK1", true, "-/-"],
    ["secure_boot_v1", "BLOCK2", true, "-/-"],
    ["secure_boot_v2", "BLOCK2", false, "R/-"],
    ["BLOCK1", "BLOCK1", false, "R/-"],
    ["BLOCK2", "BLOCK2", false, "R/-"],
    ["BLOCK3", "BLOCK3", false, "R/-"],
  ])("%s", async (name, block, isReversed, expected) => {
    const state = await stateWith("esp32");
    const plan = planBurn(state, [key(name, count(32))]);
    expect(bytesIn(plan, block)).toBe(isReversed ? reversed(count(32)) : toHex(count(32)));
    expect(access(plan, block)).toBe(expected);
    const bare = planBurn(state, [key(name, count(32), undefined, { readProtect: false, writeProtect: false })]);
    expect(bare.steps.map((step) => step.block)).toEqual([findBlock(state.table, block).id]);
    expect(planBurn(afterPlan(bare), [key(name, count(32))]).steps.map((step) => step.block)).toEqual([0]);
    const twice = [key(name, count(32)), key(block, count(32))];
    expect(refusal(state, ...twice)).toBe("efuse.repeated");
  });

  it("have 24 bytes under 3/4", async () => {
    const { table } = await stateWith("esp32");
    const state = stateOfTable(table, { CODING_SCHEME: 1 });
    expect(bytesIn(planBurn(state, [key("flash_encryption", count(24))]), "BLOCK1")).toBe(reversed(count(24)));
    const error = thrown(() => planBurn(state, [key("flash_encryption", count(32))]));
    expect(error.message).toContain("Incorrect key file size 32. Key file must be 24 bytes (192 bits)");
    expect(refusal(await stateWith("esp32"), key("BLOCK1", count(24)))).toBe("efuse.bad-size");
  });

  it("take no purpose, no ECDSA key and no BLOCK0", async () => {
    const state = await stateWith("esp32");
    expect(refusal(state, key("BLOCK1", count(32), "XTS_AES_128_KEY"))).toBe("efuse.bad-value");
    expect(refusal(state, key("BLOCK1", ecdsa("p256", 32)))).toBe("efuse.bad-value");
    expect(refusal(state, key("BLOCK0", count(32)))).toBe("efuse.unknown-name");
  });

  it("for Secure Boot V1 are not hidden where V2 needs to read", async () => {
    const state = await stateWith("esp32", { ABS_DONE_1: 1 }, { chipRevision: 300 });
    expect(refusal(state, key("secure_boot_v1", count(32)))).toBe("efuse.must-stay-readable");
  });
});

describe("keys of the ESP32-C2", () => {
  const digest = "SECURE_BOOT_DIGEST";
  const derived = "XTS_AES_128_KEY_DERIVED_FROM_128_EFUSE_BITS";

  it.each([
    ["USER", 32, toHex(count(32)), "R/-", "R/-", 0n],
    ["XTS_AES_128_KEY", 32, reversed(count(32)), "-/-", "-/-", 1n],
    [derived, 16, reversed(count(16)) + "00".repeat(16), "-/-", "R/-", 0n],
    [digest, 16, "00".repeat(16) + toHex(count(16)), "R/-", "R/-", 0n],
    [digest, 32, "00".repeat(16) + toHex(count(16)), "R/-", "R/-", 0n],
  ])("%s of %i bytes", async (purpose, length, expected, low, high, longKey) => {
    const plan = planBurn(await stateWith("esp32c2"), [key("BLOCK3", count(length), purpose)]);
    expect(bytesIn(plan, "BLOCK_KEY0")).toBe(expected);
    expect([access(plan, "BLOCK_KEY0_LOW_128"), access(plan, "BLOCK_KEY0_HI_128")]).toEqual([low, high]);
    expect(value(plan, "XTS_KEY_LENGTH_256")).toBe(longKey);
  });

  it("fill the block in one go, in any order", async () => {
    const state = await stateWith("esp32c2");
    const requests = [key("BLOCK_KEY0", count(16), derived), key("BLOCK_KEY0", count(32, 17), digest)];
    for (const order of [requests, requests.toReversed()]) {
      const plan = planBurn(state, order);
      expect(bytesIn(plan, "BLOCK_KEY0")).toBe(reversed(count(16)) + toHex(count(16, 17)));
      expect(plan.steps.map(({ block }) => block)).toEqual([3, 0]);
    }
    const chained = planBurn(state, [
      { kind: "key-digest", digest: count(32, 17) },
      key("BLOCK_KEY0", count(16), derived),
    ]);
    expect(bytesIn(chained, "BLOCK_KEY0")).toBe(reversed(count(16)) + toHex(count(16, 17)));
    const first = afterPlan(planBurn(state, [key("BLOCK_KEY0", count(16), digest)]));
    expect(refusal(first, key("BLOCK_KEY0", count(16), derived))).toBe("efuse.write-protected");
  });

  it.each([
    ["XTS_AES_128_KEY", digest],
    [digest, "XTS_AES_128_KEY"],
    ["USER", digest],
    [derived, "USER"],
  ])("do not overlap: %s %s", async (first, second) => {
    const bytes = (purpose: string): Uint8Array<ArrayBuffer> =>
      count(purpose === digest || purpose === derived ? 16 : 32);
    const requests = [first, second].map((purpose) => key("BLOCK_KEY0", bytes(purpose), purpose));
    const state = await stateWith("esp32c2");
    const error = thrown(() => planBurn(state, requests));
    expect(error.code).toBe("efuse.conflict");
    expect(error.message).toContain(`These keypurposes are incompatible ['${first}', '${second}']`);
    const request = requests[0] ?? key("", count(0));
    expect(refusal(state, request, request)).toBe("efuse.repeated");
  });

  it.each([
    ["BLOCK1", 32, "USER", "efuse.unknown-name"],
    ["BLOCK_KEY0", 16, "USER", "efuse.bad-size"],
    ["BLOCK_KEY0", 32, derived, "efuse.bad-size"],
    ["BLOCK_KEY0", 24, digest, "efuse.bad-size"],
    ["BLOCK_KEY0", 32, "HMAC_UP", "efuse.unknown-name"],
  ])("are refused: %s %i %s", async (block, length, purpose, code) => {
    expect(refusal(await stateWith("esp32c2"), key(block, count(length), purpose))).toBe(code);
  });
});

describe("a digest", () => {
  const digest = (block?: string, purpose?: string): BurnRequest => ({
    kind: "key-digest",
    digest: count(32),
    ...(block === undefined ? {} : { block }),
    ...(purpose === undefined ? {} : { purpose }),
  });

  it("goes to BLOCK2 of the ESP32, readable", async () => {
    const plan = planBurn(await stateWith("esp32", {}, { chipRevision: 300 }), [digest()]);
    expect([bytesIn(plan, "BLOCK2"), access(plan, "BLOCK2")]).toEqual([toHex(count(32)), "R/-"]);
  });

  it("needs revision 3 and no coding there", async () => {
    const { table } = await stateWith("esp32");
    const old = stateOfTable(table, {}, { chipRevision: 299 });
    expect(thrown(() => planBurn(old, [digest()])).message).toContain("Incorrect chip revision for Secure boot v2.");
    const coded = stateOfTable(table, { CODING_SCHEME: 1 }, { chipRevision: 300 });
    expect(thrown(() => planBurn(coded, [digest()])).message).toContain(
      "burn-key-digest only works with 'None' coding scheme",
    );
    expect(refusal(old, digest())).toBe("efuse.conflict");
  });

  it("has a block and a purpose elsewhere", async () => {
    const state = await stateWith("esp32c6");
    const plan = planBurn(state, [digest("BLOCK7", "SECURE_BOOT_DIGEST2"), digest("BLOCK_KEY0", "CUSTOM_DIGEST_MAX")]);
    expect([bytesIn(plan, "BLOCK_KEY3"), access(plan, "BLOCK_KEY3")]).toEqual([toHex(count(32)), "R/-"]);
    expect(purposeOf(plan, 3)).toBe("SECURE_BOOT_DIGEST2");
    expect(refusal(state, digest("BLOCK7", "HMAC_UP"))).toBe("efuse.bad-value");
    expect(refusal(state, digest("BLOCK7"))).toBe("efuse.bad-value");
    expect(refusal(state, digest(undefined, "SECURE_BOOT_DIGEST2"))).toBe("efuse.unknown-name");
  });
});
