import { describe, expect, it } from "vitest";
import { fixtureElf } from "../../../test/support/image/elf2image-case.ts";
import { fixtureImage } from "../../../test/support/image/fixture-image.ts";
import { thrown } from "../../../test/support/thrown.ts";
import { elfToImage } from "./convert/elf-to-image.ts";
import { writeUf2 } from "./exchange/uf2.ts";
import { firmwareForChip } from "./firmware-for-chip.ts";
import { readFirmwareFile } from "./read-firmware-file.ts";

const DATA = new TextEncoder().encode("some data, more than a few bytes of it");
const uf2 = (familyId: number | null): ReturnType<typeof readFirmwareFile> =>
  readFirmwareFile(writeUf2([{ address: 0x1000, data: DATA }], { familyId, md5: true }), { address: 0, name: "f.uf2" });
const elf = (chip: string, address = 0x10000): ReturnType<typeof readFirmwareFile> =>
  readFirmwareFile(fixtureElf(chip), { address, name: "app.elf" });

describe("firmwareForChip", () => {
  it("passes raw data on as it is", () => {
    const file = readFirmwareFile(DATA, { address: 0x9000, name: "nvs.bin" });
    expect(firmwareForChip(file, "esp32")).toEqual({
      files: [{ address: 0x9000, data: DATA, name: "nvs.bin" }],
      notices: [],
    });
  });

  it("takes UF2 for this chip, and what does not say whom it is for", () => {
    for (const familyId of [0x1c5f21b0, null]) {
      const { files } = firmwareForChip(uf2(familyId), "esp32");
      expect(files).toEqual([{ address: 0x1000, data: DATA, name: "f.uf2" }]);
    }
  });

  it.each([
    ["esp32c3", 0x1c5f21b0, "ESP32,"],
    ["esp32", 0x12345678, "0x12345678"],
    // This chip has no family of its own.
    ["esp32e22", 0x1c5f21b0, "ESP32,"],
  ] as const)("refuses UF2 for another chip than the %s", (chip, familyId, named) => {
    const error = thrown(() => firmwareForChip(uf2(familyId), chip));
    expect(error.code).toBe("image.wrong-chip");
    expect(error.message).toContain(named);
    expect(firmwareForChip(uf2(familyId), chip, { force: true }).files).toHaveLength(1);
  });

  it("takes the chip's parts of a UF2 file for several, with a note", () => {
    const file = readFirmwareFile(fixtureImage("u_twofam.uf2"), { address: 0, name: "two.uf2" });
    const c3 = firmwareForChip(file, "esp32c3");
    expect(c3.files.map(({ address, data }) => [address, data.length])).toEqual([[0x10000, 0x400]]);
    expect(c3.notices.map(({ message }) => message)).toEqual(["'two.uf2' has parts for ESP32-S3, which are left out."]);
    expect(firmwareForChip(file, "esp32s3").files.map(({ address }) => address)).toEqual([0]);
    for (const force of [false, true]) {
      const error = thrown(() => firmwareForChip(file, "esp32", { force }));
      expect(error.message).toBe("The UF2 file 'two.uf2' is for ESP32-C3 and ESP32-S3, not for ESP32.");
    }
  });

  it("makes an image of an ELF file, with the settings given, at the address of the file", () => {
    const { files, notices } = firmwareForChip(elf("esp32c6"), "esp32c6", { flashSize: "4MB" });
    const { outputs } = elfToImage(fixtureElf("esp32c6"), { chip: "esp32c6", flashSize: "4MB" });
    expect(files).toEqual([{ address: 0x10000, data: outputs[0]?.bytes, name: "app.elf" }]);
    expect(notices.at(-1)?.code).toBe("elf.converted");
  });

  it("gives both images of an ESP8266 program, and says that the address does not count", () => {
    const { files, notices } = firmwareForChip(elf("esp8266", 0x3000), "esp8266");
    expect(files.map(({ address, name }) => [address, name])).toEqual([
      [0, "app.elf [1/2]"],
      [0x10000, "app.elf [2/2]"],
    ]);
    expect(notices.map(({ code }) => code)).toEqual(["elf.converted", "image.own-addresses"]);
    expect(firmwareForChip(elf("esp8266", 0), "esp8266").notices).toHaveLength(1);
  });

  it("refuses a program for another kind of core, even with force", () => {
    expect(thrown(() => firmwareForChip(elf("esp32c3"), "esp32", { force: true })).code).toBe("image.wrong-chip");
    expect(thrown(() => firmwareForChip(elf("esp32"), "esp32c3")).code).toBe("image.wrong-chip");
  });
});
