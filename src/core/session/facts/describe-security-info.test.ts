import { describe, expect, it } from "vitest";
import { chipById } from "../../chip/catalog.ts";
import type { SecurityInfo } from "../../wire/security-info.ts";
import { describeSecurityInfo } from "./describe-security-info.ts";

const info = (fields: Partial<SecurityInfo> = {}): SecurityInfo => ({
  flags: 0,
  flashCryptCount: 0,
  keyPurposes: Uint8Array.of(0, 0, 0, 0, 0, 0, 12),
  chipId: 5,
  apiVersion: 3,
  ...fields,
});
const C3 = chipById("esp32c3");

describe("security information in words", () => {
  it.each<[number, string]>([
    [0x1, "secureBoot"],
    [0x2, "aggressiveRevoke"],
    [0x4, "secureDownload"],
    [0x40, "jtagSoftDisabled"],
    [0x80, "jtagHardDisabled"],
    [0x100, "usbDisabled"],
    [0x200, "downloadDcacheDisabled"],
    [0x400, "downloadIcacheDisabled"],
  ])("bit %i is %s, and nothing else", (flags, name) => {
    const described = Object.entries(describeSecurityInfo(info({ flags }), C3));
    expect(described.filter(([, value]) => value === true)).toEqual([[name, true]]);
  });

  it("names the revoked keys", () => {
    expect(describeSecurityInfo(info({ flags: 0x08 }), C3).revokedKeys).toEqual([0]);
    expect(describeSecurityInfo(info({ flags: 0x30 }), C3).revokedKeys).toEqual([1, 2]);
  });

  it.each([
    [0, false],
    [1, true],
    [2, true],
    [3, false],
    [4, true],
    [6, false],
    [7, true],
  ])("crypt count %i: encryption %s", (flashCryptCount, flashEncryption) => {
    expect(describeSecurityInfo(info({ flashCryptCount }), C3)).toMatchObject({ flashCryptCount, flashEncryption });
  });

  it("names purposes by the chip's own table, and only for the blocks it has", () => {
    const keyPurposes = Uint8Array.of(4, 9, 1, 2, 11, 31, 12);
    const names = (id: "esp32c3" | "esp32p4" | "esp32s31" | "esp32c2"): unknown =>
      describeSecurityInfo(info({ keyPurposes }), chipById(id)).keyPurposes?.map(({ name }) => name) ?? null;
    const common = ["XTS_AES_128_KEY", "SECURE_BOOT_DIGEST0"];
    expect(names("esp32c3")).toEqual([...common, "RESERVED", null, "SECURE_BOOT_DIGEST2", null]);
    expect(names("esp32p4")).toEqual([...common, "ECDSA_KEY", "XTS_AES_256_KEY_1", "SECURE_BOOT_DIGEST2", null]);
    expect(names("esp32s31")).toEqual([...common, "ECDSA_KEY", "XTS_AES_256_KEY_1", "SECURE_BOOT_DIGEST2"]);
    expect(names("esp32c2")).toBeNull();
  });
});
