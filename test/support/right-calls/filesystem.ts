import { goldenImage } from "../filesystem/golden-cases.ts";
import type { RightCalls } from "./types.ts";

const image = (): Uint8Array => goldenImage({ kind: "littlefs", name: "files-and-dirs" });

export const FILESYSTEM: RightCalls = {
  detectFileSystem: { args: () => [image()] },
  editFileSystem: {
    args: () => [
      image(),
      { put: [{ path: "a", content: Uint8Array.of(1), modifiedMs: 1000, attributes: new Map() }], remove: ["big.bin"] },
      { kind: "littlefs", force: false, longNames: false },
    ],
  },
  isPlainPath: { args: () => ["www/index.html"] },
  makeFat: {
    args: () => [
      [{ path: "A.TXT", content: Uint8Array.of(1, 2, 3), modifiedMs: 1000, attributes: new Map() }],
      {
        sizeBytes: 0x10000,
        wearLevelling: true,
        safeMode: false,
        sectorBytes: 4096,
        clusterBytes: 4096,
        fatCopies: 2,
        rootEntries: 512,
        longNames: true,
        label: "DATA",
        volumeId: 1,
        deviceId: 1,
        directories: [{ path: "d", modifiedMs: 1000, attributes: new Map() }],
      },
    ],
  },
  makeLittleFs: {
    args: () => [
      [
        {
          path: "a.txt",
          content: Uint8Array.of(1, 2, 3),
          modifiedMs: 1000,
          attributes: new Map([[1, Uint8Array.of(2)]]),
        },
      ],
      {
        sizeBytes: 0x4000,
        blockBytes: 4096,
        version: "2.1",
        nameBytes: 64,
        inlineBytes: 512,
        progBytes: 128,
        directories: [{ path: "d", modifiedMs: 1000, attributes: new Map() }],
      },
    ],
  },
  makeSpiffs: {
    args: () => [
      [{ path: "a.txt", content: Uint8Array.of(1, 2, 3), modifiedMs: 1000 }],
      {
        sizeBytes: 0x4000,
        pageBytes: 256,
        blockBytes: 4096,
        nameBytes: 32,
        metaBytes: 4,
        magic: "length",
        alignedTables: false,
      },
    ],
  },
  parseFileSystem: { args: () => [image(), { kind: "littlefs" }] },
};
