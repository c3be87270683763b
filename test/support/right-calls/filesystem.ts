import { goldenImage } from "../filesystem/golden-cases.ts";
import type { RightCalls } from "./types.ts";

const image = (): Uint8Array => goldenImage({ kind: "littlefs", name: "files-and-dirs" });

export const FILESYSTEM: RightCalls = {
  detectFileSystem: { args: () => [image()] },
  isPlainPath: { args: () => ["www/index.html"] },
  parseFileSystem: { args: () => [image(), { kind: "littlefs" }] },
};
