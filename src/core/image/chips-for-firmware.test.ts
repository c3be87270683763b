import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { fixtureElf } from "../../../test/support/image/elf2image-case.ts";
import { CHIPS } from "../chip/catalog.ts";
import { chipsForFirmware } from "./chips-for-firmware.ts";
import { elfToImage } from "./convert/elf-to-image.ts";
import { type FirmwareFile, readFirmwareFile } from "./read-firmware-file.ts";

const file = (data: Uint8Array, name = "a"): FirmwareFile => readFirmwareFile(data, { address: 0, name });
const hello = new Uint8Array(readFileSync(new URL("../../../examples/hello-esp32c3/hello.elf", import.meta.url)));
const imageFor = (chip: (typeof CHIPS)[number]["id"]): FirmwareFile =>
  file(
    elfToImage(fixtureElf(chip), { chip, version: chip === "esp8266" ? 2 : 1 }).outputs[0]?.bytes ?? new Uint8Array(0),
  );
const table = file(Uint8Array.of(0xaa, 0x50, 1, 2, 3));

describe("a program", () => {
  it.each(CHIPS.map(({ id }) => id))("may be for the chip it was linked for, and for no other alone: %s", (chip) => {
    const chips = chipsForFirmware([file(fixtureElf(chip))]);
    expect(chips).toContain(chip);
  });

  it("is for one chip where its addresses are", () => {
    expect(chipsForFirmware([file(hello)])).toEqual(["esp32c3"]);
  });
});

describe("images", () => {
  it.each(CHIPS.filter(({ id }) => id !== "esp8266").map(({ id }) => id))("say whom they are for: %s", (chip) => {
    expect(chipsForFirmware([imageFor(chip)])).toEqual([chip]);
  });

  it("agree, contradict each other, and narrow down what a program may be for", () => {
    expect(chipsForFirmware([imageFor("esp32c6"), table, imageFor("esp32c6")])).toEqual(["esp32c6"]);
    expect(chipsForFirmware([imageFor("esp32c6"), imageFor("esp32c3")])).toEqual([]);
    expect(chipsForFirmware([file(fixtureElf("esp32c6")), imageFor("esp32c6")])).toEqual(["esp32c6"]);
  });

  it("say nothing where they are damaged, or no images at all", () => {
    const damaged = (imageFor("esp32c3").parts[0]?.data ?? new Uint8Array(0)).slice(0, 100);
    expect(chipsForFirmware([file(damaged)])).toBeNull();
    expect(chipsForFirmware([table])).toBeNull();
    expect(chipsForFirmware([])).toBeNull();
  });

  it("of a chip that nobody knows are for none", () => {
    const image = (imageFor("esp32c3").parts[0]?.data ?? new Uint8Array(0)).slice();
    image[12] = 0x77;
    // Its digest covers the header.
    image[23] = 0;
    expect(chipsForFirmware([file(image.slice(0, -32))])).toEqual([]);
  });
});
