import { describe, expect, it } from "vitest";
import {
  applicationDescriptor,
  bootloaderDescriptor,
  buildElf,
  type SectionSpec,
} from "../../../../test/support/image/elf-builder.ts";
import { fixtureImage } from "../../../../test/support/image/fixture-image.ts";
import { crc32 } from "../../bytes/crc32.ts";
import { toHex } from "../../bytes/hex.ts";
import { sha256 } from "../../bytes/sha256.ts";
import { concatBytes, padTo, writeU32 } from "../../bytes/words.ts";
import { elfToImage } from "../convert/elf-to-image.ts";
import type { ElfToImageOptions } from "../convert/elf-to-image-options.ts";
import { describeImage } from "./describe-image.ts";

const APPLICATION: SectionSpec = { name: ".flash.appdesc", address: 0x42000020, data: applicationDescriptor(15) };
const BOOTLOADER: SectionSpec = { name: ".dram0.bootdesc", address: 0x40810000, data: bootloaderDescriptor() };
const RAM: SectionSpec = { name: ".iram0.text", address: 0x40800000, data: 256 };

function image(sections: readonly SectionSpec[], options: Partial<ElfToImageOptions> = {}): Uint8Array<ArrayBuffer> {
  return elfToImage(buildElf({ sections }), { chip: "esp32c6", ...options }).outputs[0]!.bytes;
}

function signatureBlock(version: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(1216);
  block.set([0xe7, version]);
  writeU32(block, 1196, crc32(block.subarray(0, 1196)));
  return block;
}

describe("describeImage", () => {
  it("has every field of an application", () => {
    const elf = buildElf({ sections: [APPLICATION, RAM] });
    const { bytes } = elfToImage(elf, { chip: "esp32c6", flashMode: "dio", flashSize: "8MB", flashFrequency: "20m" })
      .outputs[0]!;
    const description = describeImage(bytes);
    expect(description).toMatchObject({
      sizeBytes: bytes.length,
      chip: "esp32c6",
      chipName: "ESP32-C6",
      chipDetected: true,
      format: "esp32",
      header: { imageVersion: 1, entry: 0x40380000, flashMode: "dio", flashSize: "8MB", flashFrequency: "20m" },
      extendedHeader: { wpPinDisabled: true, chipId: 13, chipName: "ESP32-C6", maximumRevisionFull: 65535 },
      checksum: { isValid: true },
      digest: { isValid: true },
      application: {
        projectName: "hello",
        version: "1.2.3",
        compileDate: "Sep 13 2022",
        compileTime: "19:46:07",
        idfVersion: "v5.5",
        elfSha256: toHex(sha256(elf)),
        minimumEfuseBlockRevision: 102,
        maximumEfuseBlockRevision: 399,
        mmuPageBytes: 32768,
        secureVersion: 0,
      },
      bootloader: null,
      signatures: [],
      trailing: null,
      notices: [],
    });
    expect(description.segments[0]).toEqual({
      index: 0,
      address: 0x42000020,
      sizeBytes: 256,
      fileOffset: 24,
      memoryTypes: ["DROM", "IROM"],
      isPadding: false,
      includeInChecksum: true,
    });
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it("finds the boot loader's descriptor where data and instructions share memory", () => {
    // The descriptor's segment comes first, RAM follows: the last segment of data memory is not the right one.
    const { bootloader, segments } = describeImage(image([RAM, BOOTLOADER]));
    expect(segments.map(({ address }) => address)).toEqual([0x40810000, 0x40800000]);
    expect(bootloader).toEqual({ version: 7, idfVersion: "v5.5-dev", compileTime: "Apr 25 2023 00:13:32" });
  });

  it("takes no data for a descriptor", () => {
    const data = new Uint8Array(80).fill(0xc3);
    data[0] = 0x50;
    expect(describeImage(image([{ ...BOOTLOADER, data }])).bootloader).toBeNull();
    const short = { ...APPLICATION, data: applicationDescriptor().subarray(0, 128), name: ".flash.rodata" };
    expect(describeImage(image([short])).application).toBeNull();
  });

  it("shows pin drives, unknown settings and a missing entry", () => {
    const bytes = image([RAM]);
    bytes.set([0x12, 0x21, 0x43, 0x65], 8);
    bytes.set([9, 0x8f, 0, 0, 0, 0], 2);
    const { header, extendedHeader, notices, digest } = describeImage(bytes);
    expect(extendedHeader).toMatchObject({ wpPin: 0x12, wpPinDisabled: false });
    expect(extendedHeader?.pinDrives).toEqual({ clock: 1, q: 2, d: 3, cs: 4, hd: 5, wp: 6 });
    expect(header).toMatchObject({ flashMode: null, flashSize: null, flashFrequency: null, entry: null });
    expect(notices.map(({ code }) => code)).toEqual(new Array(3).fill("image.unknown-flash-setting"));
    expect(digest?.isValid).toBe(false);
  });

  it("marks padding and tells what follows the image", () => {
    const text = { name: ".flash.text", address: 0x42010020, data: 64 };
    const description = describeImage(image([APPLICATION, text], { padToBytes: 0x1000, mmuPageBytes: 0x8000 }));
    expect(description.segments.map(({ isPadding }) => isPadding)).toEqual([false, true, false]);
    expect(description.trailing?.isErased).toBe(true);
    const { offset = 0, sizeBytes = 0 } = description.trailing ?? {};
    expect(offset + sizeBytes).toBe(description.sizeBytes);
    const appended = concatBytes([image([RAM]), Uint8Array.of(0)]);
    expect(describeImage(appended).trailing).toMatchObject({ sizeBytes: 1, isErased: false });
  });

  it("names the other chip of an image", () => {
    const { extendedHeader, chipDetected, notices } = describeImage(image([RAM]), { chip: "esp32c3" });
    expect([extendedHeader?.chipName, chipDetected]).toEqual(["ESP32-C6", false]);
    expect(notices.map(({ code }) => code)).toEqual(["image.wrong-chip"]);
    const retired = image([RAM]);
    retired[12] = 4;
    expect(describeImage(retired, { chip: "esp32c6" }).extendedHeader?.chipName).toBe("ESP32-S3(beta2)");
    retired[12] = 99;
    expect(describeImage(retired, { chip: "esp32c6" }).extendedHeader?.chipName).toBeNull();
  });
});

describe("a bootloader of a reproducible build", () => {
  it("tells of itself without a compile time", () => {
    expect(describeImage(fixtureImage("repro-boot.bin")).bootloader).toEqual({
      version: 1,
      idfVersion: "v6.1",
      compileTime: "",
    });
  });
});

describe("signatures", () => {
  const plain = image([RAM], { securePad: "v2" });

  it("of secure boot v2 are found in the sector behind the image", () => {
    const broken = signatureBlock(3);
    broken[100] = 1;
    const signed = padTo(concatBytes([plain, signatureBlock(2), broken]), 4096);
    expect(describeImage(signed).signatures).toEqual([
      { kind: "v2", offset: plain.length, scheme: "rsa", crcValid: true },
      { kind: "v2", offset: plain.length + 1216, scheme: "ecdsa", crcValid: false },
    ]);
    const unpadded = padTo(image([RAM]), 4096);
    expect(describeImage(concatBytes([unpadded, signatureBlock(3)])).signatures).toHaveLength(1);
    expect(describeImage(concatBytes([plain, signatureBlock(4)])).signatures).toEqual([]);
    expect(describeImage(concatBytes([plain, signatureBlock(2).subarray(0, 1215)])).signatures).toEqual([]);
  });
});
