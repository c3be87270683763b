import { goldenImage } from "../filesystem/golden-cases.ts";
import type { RightCalls } from "./types.ts";

const image = (): Uint8Array => goldenImage({ kind: "littlefs", name: "files-and-dirs" });

export const FILESYSTEM: RightCalls = {
  detectFileSystem: { args: () => [image()] },
  isPlainPath: { args: () => ["www/index.html"] },
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
