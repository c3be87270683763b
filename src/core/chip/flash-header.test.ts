import { describe, expect, it } from "vitest";
import { type ErrorCode, isEspError } from "../errors.ts";
import { CHIPS, chipById } from "./catalog.ts";
import { FLASH_MODES } from "./flash-codes.ts";
import { decodeFlashHeader, encodeFlashHeader } from "./flash-header.ts";
import { flashSizeBytes, flashSizeName, flashSizeOfJedecId, parseJedecId } from "./flash-size.ts";
import type { ChipId } from "./types.ts";

function hintOf(code: ErrorCode, action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (isEspError(error, code)) return error.hint;
    throw error;
  }
  return expect.unreachable();
}

/** Fact sheet 4.5. */
describe("flash settings in the image header", () => {
  it.each<[ChipId, string, string, string, number, number]>([
    ["esp32", "dio", "4MB", "40m", 2, 0x20],
    ["esp32", "qio", "16MB", "80m", 0, 0x4f],
    ["esp32c2", "qout", "2MB", "60m", 1, 0x1f],
    ["esp32c6", "dio", "8MB", "40m", 2, 0x30],
    ["esp32h2", "dout", "4MB", "12m", 3, 0x22],
    ["esp8266", "qio", "4MB-c1", "26m", 0, 0x61],
    ["esp8266", "dout", "512KB", "40m", 3, 0x00],
    ["esp8266", "dio", "16MB", "20m", 2, 0x92],
  ])("%s %s %s %s", (id, mode, size, frequency, modeByte, sizeFrequencyByte) => {
    expect(encodeFlashHeader(chipById(id), { mode, size, frequency })).toEqual({ modeByte, sizeFrequencyByte });
  });

  it("come back as they were, but for the shared code of the ESP32-C6", () => {
    for (const chip of CHIPS) {
      for (const mode of Object.keys(FLASH_MODES)) {
        for (const size of Object.keys(chip.flashSizes)) {
          for (const frequency of Object.keys(chip.flashFrequencies)) {
            const back = decodeFlashHeader(chip, encodeFlashHeader(chip, { mode, size, frequency }));
            const shown = chip.id === "esp32c6" && frequency === "40m" ? "80m" : frequency;
            expect(back).toEqual({ mode, size, frequency: shown });
          }
        }
      }
    }
  });

  it("are null where the codes say nothing", () => {
    expect(decodeFlashHeader(chipById("esp32"), { modeByte: 4, sizeFrequencyByte: 0x83 })).toEqual({
      mode: null,
      size: null,
      frequency: null,
    });
  });

  it("are refused with the choices", () => {
    const chip = chipById("esp32c2");
    const settings = { mode: "dio", size: "4MB", frequency: "30m" };
    expect(hintOf("flash.unsupported-size", () => encodeFlashHeader(chip, { ...settings, size: "256KB" }))).toContain(
      "1MB, 2MB, 4MB",
    );
    expect(
      hintOf("flash.unsupported-frequency", () => encodeFlashHeader(chip, { ...settings, frequency: "40m" })),
    ).toContain("60m, 30m, 20m, 15m");
    expect(hintOf("argument.invalid", () => encodeFlashHeader(chip, { ...settings, mode: "toString" }))).toContain(
      "qio, qout, dio, dout",
    );
  });
});

describe("flash sizes", () => {
  it.each([
    ["256KB", 262144],
    ["512KB", 524288],
    ["1MB", 1048576],
    ["2MB-c1", 2097152],
    ["4MB", 4194304],
    ["128MB", 134217728],
  ])("%s is %i bytes", (name, sizeBytes) => {
    expect(flashSizeBytes(name)).toBe(sizeBytes);
    expect(flashSizeName(sizeBytes)).toBe(name.replace("-c1", ""));
  });

  it("have no other names", () => {
    for (const text of ["", "4", "4mb", "MB", "0MB", "4MB ", "detect", "-1MB"]) {
      hintOf("flash.unsupported-size", () => flashSizeBytes(text));
    }
    expect(flashSizeName(1000)).toBeNull();
    expect(flashSizeName(0)).toBeNull();
  });

  it("cover every name a chip has", () => {
    for (const { flashSizes } of CHIPS) for (const name of Object.keys(flashSizes)) flashSizeBytes(name);
  });
});

/** Fact sheet 3.11. */
describe("JEDEC ids", () => {
  it("are read first byte lowest", () => {
    // the emulator's GD25Q32 answers c8 40 16
    const id = parseJedecId(0x1640c8);
    expect(id).toEqual({ vendor: 0xc8, device: 0x4016 });
    expect(flashSizeOfJedecId(id)).toBe("4MB");
    expect(parseJedecId(0xff1640c8 | 0)).toEqual(id);
  });

  it.each([
    [0xef, 0x4012, "256KB"],
    [0xef, 0x4013, "512KB"],
    [0xef, 0x4014, "1MB"],
    [0xef, 0x4015, "2MB"],
    [0xef, 0x4017, "8MB"],
    [0xef, 0x4018, "16MB"],
    [0xef, 0x4019, "32MB"],
    [0xef, 0x401a, "64MB"],
    [0xef, 0x401b, "128MB"],
    [0xef, 0x401c, "256MB"],
    [0xef, 0x4020, "64MB"],
    [0xef, 0x4021, "128MB"],
    [0xef, 0x4022, "256MB"],
    [0xc2, 0x2532, "256KB"],
    [0xc2, 0x2533, "512KB"],
    [0xc2, 0x2534, "1MB"],
    [0xc2, 0x2535, "2MB"],
    [0xc2, 0x2536, "4MB"],
    [0xc2, 0x2537, "8MB"],
    [0xc2, 0x2538, "16MB"],
    [0xc2, 0x2539, "32MB"],
    [0xc2, 0x253a, "64MB"],
    [0x1f, 0x8401, "512KB"],
    [0x1f, 0x8501, "1MB"],
    [0x1f, 0x8601, "2MB"],
    [0x1f, 0x8701, "4MB"],
    [0x1f, 0x8801, "8MB"],
    [0x1f, 0x8901, "16MB"],
    [0x1f, 0x4016, null],
    [0xef, 0x4004, null],
    [0xff, 0xffff, null],
    [0x00, 0x0000, null],
  ])("vendor 0x%x, device 0x%x: %s", (vendor, device, size) => {
    expect(flashSizeOfJedecId({ vendor, device })).toBe(size);
  });
});
