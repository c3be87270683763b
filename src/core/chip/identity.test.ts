import { describe, expect, it } from "vitest";
import { isEspError } from "../errors.ts";
import { CHIPS, chipById } from "./catalog.ts";
import type { ChipId, RegisterStep, RegisterWords } from "./types.ts";

type Words = Readonly<Record<number, number>>;

/** Registers as a session has them: the ones in the list, 0 unless given. Anything else must not be asked for. */
function registers(listed: readonly number[], words: Words, read: Set<number> = new Set()): RegisterWords {
  for (const register of Object.keys(words)) expect(listed).toContain(Number(register));
  return (register) => {
    if (!listed.includes(register)) throw new Error(`0x${register.toString(16)} is not in the list`);
    read.add(register);
    return (words[register] ?? 0) >>> 0;
  };
}

function identify(id: ChipId, words: Words) {
  const chip = chipById(id);
  return chip.identify(registers(chip.identityRegisters, words));
}

function mac(id: ChipId, words: Words) {
  const chip = chipById(id);
  const { base, extension } = chip.mac(registers(chip.identityRegisters, words));
  const text = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
  return extension === null ? text(base) : `${text(base)} ${text(extension)}`;
}

/** Registers of a block whose first word is at `start`, by word number. */
function block(start: number, words: Words): Words {
  return Object.fromEntries(Object.entries(words).map(([index, word]) => [start + 4 * Number(index), word]));
}

/** Bit positions below are those of fact sheet 4.7. */
describe("identity", () => {
  it("needs few registers", () => {
    const counts = Object.fromEntries(CHIPS.map(({ id, identityRegisters }) => [id, identityRegisters.length]));
    expect(counts).toEqual({
      esp8266: 4,
      esp32: 7,
      esp32s2: 5,
      esp32s3: 6,
      esp32c3: 5,
      esp32c2: 3,
      esp32c6: 4,
      esp32c61: 3,
      esp32c5: 3,
      esp32e22: 2,
      esp32h2: 4,
      esp32h21: 3,
      esp32p4: 3,
      esp32h4: 4,
      esp32s31: 4,
    });
  });

  it.each(CHIPS.map((chip) => [chip.id, chip] as const))("%s reads every register of its list", (_, chip) => {
    const read = new Set<number>();
    const word = registers(chip.identityRegisters, {}, read);
    chip.identify(word);
    chip.mac(word);
    chip.chipNumber?.(word);
    expect([...read].sort()).toEqual([...chip.identityRegisters].sort());
  });

  describe("ESP32", () => {
    const words = (given: Words) => block(0x3ff5a000, given);

    it("is what the emulated chip of the transcripts says", () => {
      // words 1 to 6 and the APB date as answered on the wire
      const answered = { ...words({ 1: 0x00c40a24, 2: 0x00fe1001 }), 1073111164: 0x96042000 };
      const found = identify("esp32", answered);
      expect(found.description).toBe("ESP32-D0WDQ6 (revision v0.0)");
      expect(found.features).toEqual(["Wi-Fi", "BT", "Dual Core + LP Core", "Coding Scheme None"]);
      expect(mac("esp32", answered)).toBe("10:01:00:c4:0a:24");
    });

    it.each([
      [0, 0, 0, 0],
      [0, 0, 1, 1],
      [0, 1, 1, 2],
      [1, 1, 1, 3],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ])("APB %i, word 5 %i, word 3 %i: major revision %i", (apb, word5, word3, major) => {
      const given = { ...words({ 5: (word5 << 20) | (1 << 24), 3: word3 << 15 }), 1073111164: (apb << 31) >>> 0 };
      const found = identify("esp32", given);
      expect(found.majorRevision).toBe(major);
      expect(found.minorRevision).toBe(1);
      expect(found.revision).toBe(major * 100 + 1);
    });

    it.each([
      [0, false, false, "ESP32-D0WDQ6"],
      [0, true, false, "ESP32-D0WDQ6-V3"],
      [0, false, true, "ESP32-S0WDQ6"],
      [1, false, false, "ESP32-D0WD"],
      [1, true, false, "ESP32-D0WD-V3"],
      [1, false, true, "ESP32-S0WD"],
      [2, false, false, "ESP32-D2WD"],
      [3, false, false, "Unknown ESP32"],
      [4, true, false, "ESP32-U4WDH"],
      [5, false, false, "ESP32-PICO-D4"],
      [5, true, false, "ESP32-PICO-V3"],
      [6, true, false, "ESP32-PICO-V3-02"],
      [7, true, false, "ESP32-D0WDR2-V3"],
      [8, false, false, "Unknown ESP32"],
    ])("package %i, revision 3 %s, single core %s: %s", (code, isRevision3, isSingleCore, name) => {
      const word3 = ((code & 7) << 9) | ((code >> 3) << 2) | (isSingleCore ? 1 : 0) | (isRevision3 ? 1 << 15 : 0);
      const given = { ...words({ 3: word3, 5: 1 << 20 }), 1073111164: isRevision3 ? 0x80000000 : 0 };
      const found = identify("esp32", isRevision3 ? given : words({ 3: word3 }));
      expect(found.packageVersion).toBe(code);
      expect(found.description).toBe(`${name} (revision v${isRevision3 ? 3 : 0}.0)`);
    });

    it("lists every feature there can be", () => {
      const word3 = (1 << 0) | (1 << 1) | (6 << 9) | (1 << 12) | (1 << 13) | (1 << 14);
      expect(identify("esp32", words({ 3: word3, 4: 1 << 12, 6: 1 })).features).toEqual([
        "Wi-Fi",
        "Single Core + LP Core",
        "160MHz",
        "Embedded Flash",
        "Embedded PSRAM",
        "Vref calibration in eFuse",
        "BLK3 partially reserved",
        "Coding Scheme 3/4",
      ]);
      expect(identify("esp32", words({ 3: 1 << 13, 6: 3 })).features).toEqual([
        "Wi-Fi",
        "BT",
        "Dual Core + LP Core",
        "240MHz",
        "Coding Scheme None (may contain encoding data)",
      ]);
    });
  });

  it("ESP32-C3 is what the emulated chip of the transcripts says", () => {
    const answered = block(0x60008844, { 0: 0x24fe1001, 1: 0x0000c40a, 3: 0x000c0000 });
    expect(identify("esp32c3", answered)).toEqual({
      revision: 3,
      majorRevision: 0,
      minorRevision: 3,
      packageVersion: 0,
      description: "ESP32-C3 (QFN32) (revision v0.3)",
      features: ["Wi-Fi", "BT 5 (LE)", "Single Core", "160MHz"],
    });
    expect(mac("esp32c3", answered)).toBe("c4:0a:24:fe:10:01");
  });

  const B1 = {
    esp32s2: 0x3f41a044,
    esp32s3: 0x60007044,
    esp32c3: 0x60008844,
    esp32c2: 0x60008840,
    esp32c6: 0x600b0844,
    esp32c61: 0x600b4844,
    esp32c5: 0x600b4844,
    esp32h2: 0x600b0844,
    esp32h21: 0x600b4044,
    esp32p4: 0x5012d044,
    esp32h4: 0x600b1844,
    esp32s31: 0x20715050,
    esp32e22: 0xc4008044,
  } as const;

  it.each<[keyof typeof B1, Words, string, number, string]>([
    ["esp32s2", { 3: (1 << 18) | (1 << 20), 4: 2 << 4 }, "ESP32-S2", 110, "none"],
    ["esp32s2", { 3: 1 << 21, 4: 3 }, "ESP32-S2FH2", 0, "2MB flash"],
    ["esp32s2", { 3: 2 << 21 }, "ESP32-S2FH4", 0, "4MB flash"],
    ["esp32s2", { 3: (2 << 21) | (1 << 28) }, "ESP32-S2FNR2", 0, "both"],
    ["esp32s2", { 3: 1 << 28 }, "ESP32-S2R2", 0, "PSRAM"],
    ["esp32s2", { 3: 3 << 21 }, "Unknown ESP32-S2", 0, "no such flash"],
    ["esp32s3", { 5: 1 << 24, 3: (1 << 21) | (2 << 18) }, "ESP32-S3-PICO-1 (LGA56)", 102, "PICO"],
    ["esp32s3", { 5: 1 << 23, 3: 1 << 18 }, "ESP32-S3 (QFN56)", 9, "top bit of the minor revision"],
    ["esp32s3", { 3: 2 << 21 }, "Unknown ESP32-S3", 0, "unknown"],
    ["esp32c3", { 5: (1 << 24) | (1 << 23), 3: (1 << 21) | (1 << 18) }, "ESP8685 (QFN28)", 109, "ESP8685"],
    ["esp32c3", { 3: 2 << 21 }, "ESP32-C3 AZ (QFN32)", 0, "AZ"],
    ["esp32c3", { 3: 3 << 21 }, "ESP8686 (QFN24)", 0, "ESP8686"],
    ["esp32c3", { 3: 4 << 21 }, "Unknown ESP32-C3", 0, "unknown"],
    ["esp32c2", { 1: (1 << 20) | (2 << 16) }, "ESP32-C2", 102, "plain"],
    ["esp32c2", { 1: 1 << 22 }, "ESP8684H", 0, "ESP8684H"],
    ["esp32c2", { 1: 2 << 22 }, "Unknown ESP32-C2", 0, "unknown"],
    ["esp32c6", { 3: (1 << 22) | (2 << 18) }, "ESP32-C6 (QFN40)", 102, "QFN40"],
    ["esp32c6", { 3: 1 << 24, 4: 1 }, "ESP32-C6FH4 (QFN32)", 0, "FH4"],
    ["esp32c6", { 3: 1 << 24, 4: 2 }, "ESP32-C6FH8 (QFN32)", 0, "FH8"],
    ["esp32c6", { 3: 1 << 24 }, "Unknown ESP32-C6", 0, "flash unknown"],
    ["esp32c61", { 2: (1 << 4) | 2 }, "ESP32-C61", 102, "plain"],
    ["esp32c61", { 2: 1 << 26 }, "Unknown ESP32-C61", 0, "unknown"],
    ["esp32c5", { 2: (1 << 4) | 15 }, "ESP32-C5", 115, "plain"],
    ["esp32c5", { 2: 7 << 26 }, "Unknown ESP32-C5", 0, "unknown"],
    ["esp32h2", { 3: (1 << 21) | (2 << 18) }, "ESP32-H2", 102, "plain"],
    ["esp32h2", { 4: 1 }, "Unknown ESP32-H2", 0, "unknown"],
    ["esp32h21", { 5: (1 << 8) | (2 << 4) }, "ESP32-H21", 102, "plain"],
    ["esp32h21", { 5: 1 << 11 }, "Unknown ESP32-H21", 0, "unknown"],
    ["esp32p4", { 2: (1 << 4) | 3 }, "ESP32-P4", 103, "plain"],
    ["esp32p4", { 2: (1 << 23) | (1 << 4) }, "ESP32-P4", 500, "top bit of the major revision"],
    ["esp32p4", { 2: 1 << 20 }, "Unknown ESP32-P4", 0, "unknown"],
    ["esp32h4", { 3: (1 << 22) | (2 << 18) }, "ESP32-H4 (QFN40)", 102, "QFN40"],
    ["esp32h4", { 4: 1 << 12 }, "Unknown ESP32-H4", 0, "unknown"],
    ["esp32s31", { 3: (1 << 22) | (2 << 18) }, "ESP32-S31", 102, "plain"],
    ["esp32s31", { 4: 1 << 6 }, "unknown ESP32-S31", 0, "unknown"],
    ["esp32e22", {}, "ESP32-E22", 0, "plain"],
  ])("%s %j is %s, revision %i (%s)", (id, words, name, revision) => {
    const found = identify(id, block(B1[id], words));
    expect(found.revision).toBe(revision);
    expect(found.description).toBe(`${name} (revision v${Math.floor(revision / 100)}.${revision % 100})`);
  });

  it.each<[ChipId, number, number, number]>([
    ["esp32", 3, 3, 15],
    ["esp32s2", 3, 15, 15],
    ["esp32s3", 3, 15, 7],
    ["esp32c3", 3, 15, 7],
    ["esp32c2", 3, 15, 7],
    ["esp32c6", 3, 15, 7],
    ["esp32c61", 3, 15, 7],
    ["esp32c5", 3, 15, 7],
    ["esp32h2", 3, 7, 7],
    ["esp32h21", 3, 15, 7],
    ["esp32p4", 7, 15, 7],
    ["esp32h4", 3, 15, 7],
    ["esp32s31", 3, 15, 3],
    ["esp32e22", 0, 0, 0],
  ])("%s with all bits set is at its widest: v%i.%i, package %i", (id, major, minor, packageVersion) => {
    const found = chipById(id).identify(() => 0xffffffff);
    expect([found.majorRevision, found.minorRevision, found.packageVersion]).toEqual([major, minor, packageVersion]);
  });

  it("ESP32-S3 of block version 1.1 with a minor revision of 0 or 8 is v0.0", () => {
    const words = (minorTop: number, blockMajor: number) => ({
      ...block(B1.esp32s3, { 5: (1 << 24) | (minorTop << 23), 3: 1 << 24 }),
      [0x6000705c + 16]: blockMajor,
    });
    expect(identify("esp32s3", words(0, 1)).revision).toBe(0);
    expect(identify("esp32s3", words(1, 1)).revision).toBe(0);
    expect(identify("esp32s3", words(1, 0)).revision).toBe(108);
    const withMinor = { ...words(0, 1), [B1.esp32s3 + 12]: (1 << 24) | (1 << 18) };
    expect(identify("esp32s3", withMinor).revision).toBe(101);
  });

  it.each<[keyof typeof B1, Words, string]>([
    [
      "esp32s2",
      {},
      "Wi-Fi, Single Core, 240MHz, No Embedded Flash, No Embedded PSRAM, No calibration in BLK2 of efuse",
    ],
    [
      "esp32s2",
      { 3: (2 << 21) | (1 << 28) },
      "Wi-Fi, Single Core, 240MHz, Embedded Flash 4MB, Embedded PSRAM 2MB, No calibration in BLK2 of efuse",
    ],
    ["esp32s3", {}, "Wi-Fi, BT 5 (LE), Dual Core + LP Core, 240MHz"],
    [
      "esp32s3",
      { 3: 1 << 27, 4: 1 | (1 << 3) | (1 << 7) },
      "Wi-Fi, BT 5 (LE), Dual Core + LP Core, 240MHz, Embedded Flash 8MB (XMC), Embedded PSRAM 8MB (AP_3v3)",
    ],
    [
      "esp32s3",
      { 3: 2 << 27, 4: 5 | (2 << 7), 5: 1 << 19 },
      "Wi-Fi, BT 5 (LE), Dual Core + LP Core, 240MHz, Embedded Flash 4MB (BY), Embedded PSRAM 4MB (AP_1v8)",
    ],
    ["esp32c3", { 3: 1 << 27, 4: 5 }, "Wi-Fi, BT 5 (LE), Single Core, 160MHz, Embedded Flash 4MB (ZBIT)"],
    ["esp32c3", { 3: 4 << 27, 4: 2 }, "Wi-Fi, BT 5 (LE), Single Core, 160MHz, Embedded Flash 8MB (GD)"],
    ["esp32c3", { 3: 5 << 27, 4: 1 }, "Wi-Fi, BT 5 (LE), Single Core, 160MHz, Unknown Embedded Flash (XMC)"],
    ["esp32c2", { 7: (2 << 29) | (1 << 24) }, "Wi-Fi, BT 5 (LE), Single Core, 120MHz, Embedded Flash 2MB (XMC)"],
    ["esp32c2", { 7: (3 << 29) | (2 << 24) }, "Wi-Fi, BT 5 (LE), Single Core, 120MHz, Embedded Flash 1MB (GD)"],
    ["esp32c6", {}, "Wi-Fi 6, BT 5 (LE), IEEE802.15.4, Single Core + LP Core, 160MHz, Unknown Embedded Flash"],
    ["esp32c6", { 4: 2 }, "Wi-Fi 6, BT 5 (LE), IEEE802.15.4, Single Core + LP Core, 160MHz, Embedded Flash 8MB"],
    ["esp32c61", {}, "Wi-Fi 6, BT 5 (LE), Single Core, 160MHz"],
    ["esp32c5", {}, "Wi-Fi 6 (dual-band), BT 5 (LE), IEEE802.15.4, Single Core + LP Core, 240MHz"],
    ["esp32h2", {}, "BT 5 (LE), IEEE802.15.4, Single Core, 96MHz"],
    ["esp32h21", {}, "BT 5 (LE), IEEE802.15.4, Single Core, 96MHz"],
    ["esp32h4", {}, "BT 5 (LE), IEEE802.15.4, Dual Core, 96MHz"],
    ["esp32p4", {}, "Dual Core + LP Core, 400MHz"],
    ["esp32s31", {}, "Wi-Fi 6, BT 5.4 (LE), IEEE802.15.4, Dual Core + LP Core, 300MHz"],
    ["esp32e22", {}, "Wi-Fi 6E (tri-band, 2x2 MU-MIMO), BT 5.4 (LE) + Classic, Dual Core, 500MHz"],
  ])("%s %j has: %s", (id, words, features) => {
    expect(identify(id, block(B1[id], words)).features.join(", ")).toBe(features);
  });

  it("ESP32-S2 names its calibration", () => {
    expect(identify("esp32s2", { [0x3f41a05c + 16]: 2 << 4 }).features.at(-1)).toBe(
      "ADC and temperature sensor calibration in BLK2 of efuse V2",
    );
  });

  it.each(Object.entries(B1))("%s: MAC", (id, start) => {
    const is802154 = ["esp32c6", "esp32c5", "esp32h2", "esp32h21", "esp32h4"].includes(id);
    const words = block(start, { 0: 0x33445566, 1: 0xfffe1122 });
    expect(mac(id as ChipId, words)).toBe(is802154 ? "11:22:33:44:55:66 ff:fe" : "11:22:33:44:55:66");
  });
});

describe("ESP8266", () => {
  const otp = (...[otp0, otp1, otp2, otp3]: readonly [number, number, number, number]): Words =>
    block(0x3ff00050, { 0: otp0, 1: otp1, 2: otp2, 3: otp3 });
  const b = (position: number) => 1 << (position - 96);

  it.each([
    [0, 0, 0, "ESP8266EX"],
    [1 << 5, 0, b(121), "ESP8266EX"],
    [1 << 4, 0, 0, "ESP8285N08"],
    [(1 << 4) | (1 << 5), 0, 0, "ESP8285H08"],
    [1 << 4, 0, b(122), "ESP8285N16"],
    [1 << 4, 0, b(123), "ESP8285"],
    [1 << 4, 0, b(121), "ESP8285"],
    [0, 1 << 16, b(121), "ESP8285N16"],
    [1 << 5, 1 << 16, b(121), "ESP8285H16"],
    [0, 1 << 16, b(121) | b(122), "ESP8285"],
    [0, 1 << 16, 0, "ESP8285"],
  ])("OTP 0x%x, 0x%x, 0x%x: %s", (otp0, otp2, otp3, name) => {
    const found = identify("esp8266", otp(otp0, 0, otp2, otp3));
    expect(found.description).toBe(name);
    expect(found.revision).toBe(0);
    expect(found.features.join(", ")).toBe(name === "ESP8266EX" ? "Wi-Fi, 160MHz" : "Wi-Fi, 160MHz, Embedded Flash");
  });

  it.each([
    ["18:fe:34:aa:bb:cc", otp(0xcc000000, 0x0000aabb, 0, 0)],
    ["ac:d0:74:aa:bb:cc", otp(0xcc000000, 0x0001aabb, 0, 0)],
    ["a0:20:a6:aa:bb:cc", otp(0xcc000000, 0x0002aabb, 0, 0x00a020a6)],
  ])("MAC %s", (text, words) => {
    expect(mac("esp8266", words)).toBe(text);
  });

  it("refuses to make up a MAC", () => {
    try {
      mac("esp8266", otp(0, 0x00020000, 0, 0));
      expect.unreachable();
    } catch (error) {
      expect(isEspError(error, "chip.unknown-oui")).toBe(true);
    }
  });

  it("has a chip number", () => {
    const { chipNumber, identityRegisters } = chipById("esp8266");
    expect(chipNumber?.(registers(identityRegisters, otp(0xcc123456, 0xffddaabb, 0, 0)))).toBe(0xddaabbcc);
  });
});

describe("stubs that must not run", () => {
  it("are those of ESP32-C2 revision 0", () => {
    for (const chip of CHIPS) {
      const identity = chip.identify(registers(chip.identityRegisters, {}));
      expect(chip.stubDisabled(identity)).toBe(chip.id === "esp32c2");
    }
    const { stubDisabled, identify: look } = chipById("esp32c2");
    expect(stubDisabled(look((register) => (register === 0x60008844 ? 1 << 20 : 0)))).toBe(false);
  });
});

/** Fact sheet 3.9. */
describe("the rate a ROM is told", () => {
  function rate(id: ChipId, wanted: number, crystalMhz: number, words: Words = {}): number | undefined {
    const { romBaud } = chipById(id);
    return romBaud?.compute(wanted, crystalMhz, registers(romBaud.registers, words));
  }

  it("is bent on ESP32, ESP32-C2 and ESP32-C5 only", () => {
    expect(CHIPS.filter(({ romBaud }) => romBaud !== null).map(({ id }) => id)).toEqual([
      "esp32",
      "esp32c2",
      "esp32c5",
    ]);
  });

  it("follows what the ESP32 measured", () => {
    // 512 x 15625 x 200 / 40 = 40 000 000; 520: 40 625 000; 332: 25 937 500
    const measured = (calibration: number) => ({ 1073082476: (calibration << 7) | 0x7f, 1073061904: 0xffffff00 | 200 });
    expect(rate("esp32", 921600, 40, measured(512))).toBe(921600);
    expect(rate("esp32", 921600, 40, measured(520))).toBe(936000);
    expect(rate("esp32", 115200, 26, measured(332))).toBe(114923);
    expect(rate("esp32", 460800, 40)).toBe(460800);
  });

  it("makes up for a 26 MHz crystal on the ESP32-C2", () => {
    expect(rate("esp32c2", 115200, 26)).toBe(177230);
    expect(rate("esp32c2", 115200, 40)).toBe(115200);
  });

  it("makes up for the crystal the ESP32-C5 did not expect", () => {
    const expecting = (mhz: number) => ({ 1611227408: ((mhz << 24) | 0x00ffffff) >>> 0 });
    expect(rate("esp32c5", 115200, 48, expecting(40))).toBe(96000);
    expect(rate("esp32c5", 115200, 40, expecting(48))).toBe(138240);
    expect(rate("esp32c5", 115200, 40, expecting(40))).toBe(115200);
    expect(rate("esp32c5", 115200, 48, expecting(48))).toBe(115200);
  });
});

/** Fact sheet 4.6. */
describe("powering the flash", () => {
  const chip = chipById("esp32p4");
  function steps(revision: number, fuse: number): readonly RegisterStep[] | undefined {
    const identity = { ...chip.identify(() => 0), revision };
    return chip.flashPower?.steps(identity, registers(chip.flashPower.registers, { 1343410228: fuse }));
  }

  it("is a matter of the ESP32-P4, revisions 301 and 302", () => {
    expect(CHIPS.filter(({ flashPower }) => flashPower !== null).map(({ id }) => id)).toEqual(["esp32p4"]);
    expect(steps(300, 0)).toEqual([]);
    expect(steps(303, 0)).toEqual([]);
  });

  it("is the ROM's work when the fuse says so", () => {
    expect(steps(302, 1 << 16)).toEqual([{ do: "write", register: 0x501153fc, value: 0 }]);
    expect(steps(301, 1 << 16)).toHaveLength(11);
  });

  it("otherwise leaves the registers as the sheet has them", () => {
    const memory = new Map<number, number>([
      [0x501151b8, 0x7f800000 | 0x1],
      [0x501151bc, 0x4],
    ]);
    let waited = 0;
    const order: number[] = [];
    for (const step of steps(302, 0) ?? []) {
      if (step.do === "wait") waited += step.microseconds;
      else {
        order.push(step.register & 0xfff);
        const before = memory.get(step.register) ?? 0;
        memory.set(step.register, step.do === "write" ? step.value : ((before & ~step.clear) | step.set) >>> 0);
      }
    }
    expect(order).toEqual([0x10c, 0x1bc, 0x1b8, 0x3fc, 0x1bc, 0x1b8, 0x1b8, 0x1b8]);
    expect(waited).toBe(10_000 + 50 + 1800);
    expect(Object.fromEntries(memory)).toEqual({
      [0x5011010c]: 1,
      [0x501151bc]: 0x4,
      [0x501151b8]: 0x1,
      [0x501153fc]: 3,
    });
  });
});
