import { type ChipId, chipById } from "../../../src/chips.ts";
import { sealImage } from "../../../src/image.ts";

/** Code and data of a small program for RAM, clear of each other and of the stub. */
export const RAM_PLACES: Partial<Record<ChipId, { readonly code: number; readonly data: number }>> = {
  esp8266: { code: 0x40108000, data: 0x3ffe8000 },
  esp32: { code: 0x4008c000, data: 0x3ffc0000 },
  esp32s2: { code: 0x40030000, data: 0x3fff0000 },
  esp32s3: { code: 0x403d0000, data: 0x3fce0000 },
  esp32c3: { code: 0x403d0000, data: 0x3fcd8000 },
  esp32c2: { code: 0x403b0000, data: 0x3fcc0000 },
  esp32c6: { code: 0x40860000, data: 0x40870000 },
  esp32c5: { code: 0x40820000, data: 0x40823000 },
  esp32h2: { code: 0x40804000, data: 0x40848000 },
  esp32p4: { code: 0x4ff80000, data: 0x4ff90000 },
  esp32e22: { code: 0x31000000, data: 0x31100000 },
};

export interface RamProgram {
  readonly segments: readonly { readonly address: number; readonly data: Uint8Array<ArrayBuffer> }[];
  readonly entry: number;
}

/** Its code segment is longer than one block. */
export function ramProgram(chip: ChipId): RamProgram {
  const places = RAM_PLACES[chip];
  if (places === undefined) throw new Error(`no place for a program on ${chip}`);
  return {
    segments: [
      { address: places.data, data: Uint8Array.from("Hello, RAM!\n", (character) => character.charCodeAt(0)) },
      { address: places.code, data: Uint8Array.from({ length: 0x2000 }, (_, index) => (index * 7) >>> 3) },
    ],
    entry: places.code + 8,
  };
}

/** The image file of a program; `chipId` may lie. */
export function ramImage(
  chip: ChipId,
  program: RamProgram = ramProgram(chip),
  chipId?: number,
): Uint8Array<ArrayBuffer> {
  const { imageChipId } = chipById(chip);
  return sealImage({
    header: { segmentCount: program.segments.length, modeByte: 2, sizeFrequencyByte: 0x20, entry: program.entry },
    extended:
      imageChipId === null
        ? null
        : {
            wpPin: 0xee,
            pinDrives: new Uint8Array(3),
            chipId: chipId ?? imageChipId,
            minimumRevision: 0,
            minimumRevisionFull: 0,
            maximumRevisionFull: 0xffff,
            reserved: new Uint8Array(4),
            hasDigest: true,
          },
    segments: program.segments.map((segment) => ({ ...segment, includeInChecksum: true })),
    appendDigest: imageChipId !== null,
  });
}
