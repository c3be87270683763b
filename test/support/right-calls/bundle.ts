import { type FlashBundle, mapTree } from "../../../src/bundle.ts";
import { zipOf } from "../image/zip-builder.ts";
import { bytes } from "./sessions.ts";
import { type RightCalls, whole } from "./types.ts";

const partition = {
  name: "app",
  type: 0,
  subtype: 0,
  address: 0x10000,
  sizeBytes: 0x10000,
  encrypted: false,
  readonly: false,
};
const bundle = (): FlashBundle => ({
  kind: "esp-idf",
  folder: "build",
  chip: "esp32c3",
  files: [
    {
      name: "app",
      role: "app",
      partition: "app",
      path: "build/app.bin",
      address: 0x10000,
      data: bytes(),
      encrypted: false,
      use: "always",
      source: "x",
    },
  ],
  settings: { mode: "dio", frequency: "80m", size: "4MB" },
  leavesInLoader: false,
  elfFiles: ["build/app.elf"],
  monitorBaud: 115_200,
  partitions: [partition],
  tableAddress: 0x8000,
  facts: [{ what: "files", from: "x" }],
  problems: [{ level: "warning", code: "bundle.invalid", message: "x", hint: "y", path: null }],
});
const files = (): Map<string, Uint8Array> =>
  new Map([
    ["flash_args", new TextEncoder().encode("0x10000 app.bin")],
    ["app.bin", bytes()],
  ]);

export const BUNDLE: RightCalls = {
  mapTree: { args: () => [files()] },
  uncoveredRanges: {
    args: () => [{ address: 0x9000, sizeBytes: 0x4000 }, [{ address: 0xa000, data: bytes() }]],
  },
  planFlash: { args: () => [bundle(), { only: ["app"], overwriteAll: false, before: [partition], erase: ["app"] }] },
  zipTree: { args: () => [zipOf([{ name: "a.bin", contents: bytes() }])] },
  readFlashBundle: { args: () => [whole(mapTree(files())), { path: ".", chip: "esp32c3" }] },
};
