import { describe, expect, it } from "vitest";
import { CHIPS, chipById } from "./catalog.ts";
import { type LoaderTraits, loaderTraits } from "./loader-traits.ts";

const STUB: LoaderTraits = {
  kind: "stub",
  statusLength: 2,
  flashBlockSize: 0x4000,
  ramBlockSize: 0x1800,
  canCompress: true,
  compressByDefault: true,
  md5Reply: "raw",
  sendsEncryptedWord: true,
  erasesOnBegin: false,
  acksBeforeWrite: true,
  needsFinish: true,
  writeAlignment: 1,
  eraseSizeBug: false,
  canEraseFlash: true,
  canEraseRegion: "command",
  canReadFast: true,
  canReadSlow: false,
  canChangeBaud: true,
  baudSecondWord: "current",
  attach: "spi-attach-word",
  attachesByDefault: false,
  hasSetParams: true,
  canReadRegisters: true,
  canEncryptedWrite: true,
  roundsDeflateSize: false,
};

const ROM: LoaderTraits = {
  kind: "rom",
  statusLength: 4,
  flashBlockSize: 0x400,
  ramBlockSize: 0x1800,
  canCompress: true,
  compressByDefault: false,
  md5Reply: "hex",
  sendsEncryptedWord: true,
  erasesOnBegin: true,
  acksBeforeWrite: false,
  needsFinish: false,
  writeAlignment: 4096,
  eraseSizeBug: false,
  canEraseFlash: false,
  canEraseRegion: "begin",
  canReadFast: false,
  canReadSlow: true,
  canChangeBaud: true,
  baudSecondWord: "zero",
  attach: "spi-attach-rom",
  attachesByDefault: true,
  hasSetParams: true,
  canReadRegisters: true,
  canEncryptedWrite: true,
  roundsDeflateSize: true,
};

const PLAIN = { usbOtg: false, secureDownload: false };
const OTG = { usbOtg: true, secureDownload: false };
const LOCKED = { usbOtg: false, secureDownload: true };

describe("a stub", () => {
  it.each(CHIPS.map((chip) => [chip.id, chip] as const))("on %s", (id, chip) => {
    const expected = id === "esp8266" ? { ...STUB, attach: "none", canEncryptedWrite: false } : STUB;
    expect(loaderTraits(chip, "stub", PLAIN)).toEqual(expected);
  });

  it.each(["esp32s2", "esp32s3", "esp32p4", "esp32e22", "esp32s31"] as const)("over USB-OTG on %s", (id) => {
    expect(loaderTraits(chipById(id), "stub", OTG)).toEqual({ ...STUB, flashBlockSize: 0x800, ramBlockSize: 0x800 });
  });

  it("takes no USB-OTG into account where there is none", () => {
    expect(loaderTraits(chipById("esp32c3"), "stub", OTG)).toEqual(STUB);
  });
});

describe("a ROM", () => {
  it.each(CHIPS.map((chip) => [chip.id, chip] as const))("of %s", (id, chip) => {
    const without: Partial<Record<string, Partial<LoaderTraits>>> = {
      esp8266: {
        statusLength: 2,
        canCompress: false,
        md5Reply: null,
        sendsEncryptedWord: false,
        eraseSizeBug: true,
        canEraseRegion: null,
        canReadSlow: false,
        canChangeBaud: false,
        attach: "flash-begin",
        hasSetParams: false,
        canEncryptedWrite: false,
        roundsDeflateSize: false,
      },
      esp32: { sendsEncryptedWord: false, canEncryptedWrite: false },
    };
    expect(loaderTraits(chip, "rom", PLAIN)).toEqual({ ...ROM, ...without[id] });
  });

  it("over USB-OTG takes small blocks to RAM; its flash blocks are small anyway", () => {
    expect(loaderTraits(chipById("esp32s3"), "rom", OTG)).toEqual({ ...ROM, ramBlockSize: 0x800 });
  });

  it.each([
    ["esp32s2", true],
    ["esp32c3", true],
    ["esp32c2", false],
    ["esp32c5", false],
  ] as const)("of a locked %s reads nothing; changes the baud rate: %s", (id, canChangeBaud) => {
    const refused = { canCompress: false, md5Reply: null, canReadSlow: false, canReadRegisters: false };
    const expected = { ...ROM, ...refused, canChangeBaud };
    expect(loaderTraits(chipById(id), "rom", LOCKED)).toEqual(expected);
  });
});
