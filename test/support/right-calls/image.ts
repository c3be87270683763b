import { chipById } from "../../../src/chips.ts";
import { elfToImage, parseImage, readFirmwareFile, writeIntelHex, writeUf2 } from "../../../src/image.ts";
import { ramImage } from "../chip/ram-program.ts";
import { buildElf } from "../image/elf-builder.ts";
import { bytes } from "./sessions.ts";
import { type RightCalls, whole } from "./types.ts";

const elf = (): Uint8Array<ArrayBuffer> =>
  buildElf({ sections: [{ name: ".iram0.text", address: 0x40380000, data: 64 }] });
// Made once: it is asked for thousands of times.
const made = ramImage("esp32c3");
const image = (): Uint8Array<ArrayBuffer> => made.slice();
const file = (): object => ({ address: 0x10000, data: bytes(), name: "app.bin" });
const run = (): object => ({ address: 0x10000, data: bytes() });
const runs = [{ address: 0x10000, data: bytes() }];
const header = { segmentCount: 1, modeByte: 0, sizeFrequencyByte: 0, entry: 0x40380000 };
const problem = { code: "image.invalid", message: "It is damaged.", offset: 8 };
const settings = { mode: "dio", frequency: "80m", size: "4MB" };
const chip = () => whole(chipById("esp32c3"));

export const IMAGE: RightCalls = {
  buildImage: { args: () => [{ ...parseImage(image()) }] },
  describeImage: { args: () => [image(), { chip: "auto" }] },
  detectImageChip: { args: () => [image()] },
  elfToImage: {
    args: () => [
      elf(),
      {
        chip: "esp32c3",
        flashMode: "dio",
        flashFrequency: "80m",
        flashSize: "4MB",
        version: 1,
        minimumRevision: 0,
        minimumRevisionFull: 0,
        maximumRevisionFull: 99,
        elfSha256Offset: 0xb0,
        securePad: "v2",
        useSegments: false,
        mmuPageBytes: 0x10000,
        padToBytes: 0x1000,
        ramOnlyHeader: false,
        appendDigest: true,
      },
    ],
  },
  findSignatures: { args: () => [image(), 16, chip()] },
  chipsForFirmware: { args: () => [[{ ...readFirmwareFile(bytes(), { address: 0, name: "app" }) }]] },
  firmwareForChip: {
    args: () => [
      { ...readFirmwareFile(bytes(), { address: 0, name: "app" }) },
      "esp32c3",
      { force: false, flashMode: "dio", flashFrequency: "80m", flashSize: "4MB" },
    ],
  },
  imageOutputNames: {
    args: () => [
      [{ ...elfToImage(elf(), { chip: "esp32c3" }).outputs[0] }],
      { inputName: "app.elf", outputName: "app", options: { chip: "esp8266", version: 1 } },
    ],
  },
  isSigned: { args: () => [[{ kind: "v2", offset: 0x1000, scheme: "rsa", crcValid: true }]] },
  problemError: { args: () => [{ ...problem }, { file: "app.bin" }] },
  requireSound: { args: () => [{ problems: [{ ...problem }] }] },
  isUf2: { args: () => [bytes()] },
  makeImage: { args: () => [[{ address: 0x40100000, data: bytes() }], 0x40100000] },
  mergeFirmware: {
    args: () => [
      [file()],
      {
        chip: chip(),
        format: "raw",
        targetOffset: 0,
        padToSizeBytes: 0x100000,
        settings: { ...settings },
        chunkSizeBytes: 256,
        md5: true,
        lineEnd: "\n",
      },
    ],
  },
  overlapError: { args: () => [[file()]] },
  parseApplicationDescriptor: { args: () => [bytes(256)] },
  parseBootloaderDescriptor: { args: () => [bytes(80)] },
  parseElf: { args: () => [elf()] },
  parseImage: { args: () => [image(), "esp32c3"] },
  parseIntelHex: { args: () => [writeIntelHex(runs)] },
  parseUf2: { args: () => [writeUf2(runs, { familyId: null, md5: true })] },
  patchHeader: {
    args: () => [chip(), { data: image(), address: 0, name: "boot", settings: { ...settings } }],
  },
  readFirmwareFile: { args: () => [bytes(), { address: 0x10000, name: "app" }] },
  requireElfFor: { args: () => ["esp32c3", { name: "app.elf", data: elf() }] },
  sealImage: {
    args: () => [
      {
        wrapper: null,
        header: { ...header },
        extended: { ...parseImage(image()).extended },
        segments: [{ address: 0x40380000, data: bytes(), name: "code", includeInChecksum: true }],
        hiddenSegments: [{ address: 0x42000000, data: bytes(), name: "flash", includeInChecksum: true }],
        appendDigest: true,
        padToBytes: 0x1000,
      },
    ],
  },
  writeIntelHex: { args: () => [[run()], { lineEnd: "\n" }] },
  writeUf2: { args: () => [[run()], { familyId: 1, chunkSizeBytes: 256, md5: true }] },
};
