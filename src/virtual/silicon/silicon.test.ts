import { describe, expect, test } from "vitest";
import { toHex } from "../../core/bytes/hex.ts";
import { CHIPS, chipById } from "../../core/chip/catalog.ts";
import type { ChipDescriptor } from "../../core/chip/types.ts";
import { defaultSilicon, type Silicon, secureBootEnabled } from "./silicon.ts";

const words = (silicon: Silicon) => (register: number) =>
  silicon.efuses.get(register) ?? silicon.registers.get(register) ?? 0;
const identityOf = (chip: ChipDescriptor, silicon: Silicon) => chip.identify(words(silicon));

describe("silicon", () => {
  test.each(CHIPS.map(({ id }) => id))("%s is recognised as what it was made to be", (id) => {
    const chip = chipById(id);
    const mac = Uint8Array.of(0x24, 0x0a, 0xc4, 0x12, 0x34, 0x56);
    const silicon = defaultSilicon(id, { mac });
    expect(toHex(chip.mac(words(silicon)).base)).toBe("240ac4123456");
    const plain = defaultSilicon(id);
    expect(identityOf(chip, plain).description).toMatch(/^ESP/);
    expect(identityOf(chip, plain).description).not.toMatch(/unknown/i);
    expect(chip.stubDisabled(identityOf(chip, plain))).toBe(false);
  });

  const revisions: readonly (readonly [ChipDescriptor["id"], number, number])[] = [
    ["esp32", 0, 0],
    ["esp32", 1, 1],
    ["esp32", 2, 0],
    ["esp32", 3, 1],
    ["esp32s2", 1, 13],
    ["esp32s3", 0, 2],
    ["esp32c3", 1, 9],
    ["esp32c2", 2, 7],
    ["esp32c6", 1, 3],
    ["esp32c61", 1, 1],
    ["esp32c5", 1, 0],
    ["esp32h2", 1, 2],
    ["esp32h21", 1, 2],
    ["esp32p4", 1, 3],
    ["esp32p4", 5, 2],
    ["esp32h4", 1, 1],
    ["esp32s31", 1, 1],
  ];
  test.each(revisions)("%s v%i.%i is read back", (id, major, minor) => {
    const chip = chipById(id);
    const identity = identityOf(chip, defaultSilicon(id, { revision: { major, minor } }));
    expect([identity.majorRevision, identity.minorRevision]).toEqual([major, minor]);
  });

  test.each([
    ["esp32", 5],
    ["esp32s3", 1],
    ["esp32c3", 3],
    ["esp32c2", 1],
    ["esp32h4", 1],
    ["esp32h21", 2],
    ["esp32p4", 3],
  ] as const)("%s in package %i is read back", (id, code) => {
    expect(identityOf(chipById(id), defaultSilicon(id, { package: code })).packageVersion).toBe(code);
  });

  test("security is burned where the chip has it", () => {
    const silicon = defaultSilicon("esp32s3", { secureBoot: true, flashEncryption: true, keyPurposes: [4, 9] });
    expect(secureBootEnabled(chipById("esp32s3"), (register) => silicon.efuses.get(register) ?? 0)).toBe(true);
    expect(silicon.efuses.get(0x60007034)).toBe(0x94040000);
    expect(silicon.efuses.get(0x60007038)).toBe(0x00100000);
  });

  test("flash size and id follow from each other, unless both are given", () => {
    const flash = (options: Parameters<typeof defaultSilicon>[1]) => defaultSilicon("esp32c3", options).flash;
    expect(flash({})).toMatchObject({ sizeBytes: 4 << 20, jedecId: [0xc8, 0x40, 0x16] });
    expect(flash({ flash: { sizeBytes: 32 << 20 } }).jedecId).toEqual([0xc8, 0x40, 0x19]);
    expect(flash({ flash: { jedecId: [0xef, 0x40, 0x15] } }).sizeBytes).toBe(2 << 20);
    const fake = { sizeBytes: 2 << 20, jedecId: [0xc8, 0x40, 0x16] } as const;
    expect(flash({ flash: fake })).toMatchObject(fake);
  });

  test("what no chip can be is refused", () => {
    const invalid = expect.objectContaining({ code: "virtual.invalid-option" });
    expect(() => defaultSilicon("esp32c3", { revision: { major: 4, minor: 0 } })).toThrowError(invalid);
    expect(() => defaultSilicon("esp32", { revision: { major: 4, minor: 0 } })).toThrowError(invalid);
    expect(() => defaultSilicon("esp8266", { revision: { major: 1, minor: 0 } })).toThrowError(invalid);
    expect(() => defaultSilicon("esp32c3", { package: 8 })).toThrowError(invalid);
    expect(() => defaultSilicon("esp32e22", { package: 1 })).toThrowError(invalid);
    expect(() => defaultSilicon("esp8266", { secureBoot: true })).toThrowError(invalid);
    expect(() => defaultSilicon("esp32", { secureDownload: true })).toThrowError(invalid);
    expect(() => defaultSilicon("esp32c3", { mac: Uint8Array.of(1) })).toThrowError(invalid);
  });

  test("the ESP32's MAC carries its checksum", () => {
    // The vector of the reference's eFuse tool: AA:CD:EF:11:22:33 has 63.
    const silicon = defaultSilicon("esp32", { mac: Uint8Array.of(0xaa, 0xcd, 0xef, 0x11, 0x22, 0x33) });
    expect(silicon.efuses.get(0x3ff5a008)).toBe(0x0063aacd);
  });
});
