import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const BUILD = "test/fixtures/builds/esp-idf/esp32c3-ota-fs/build";

/** Of the settings, in the table of the sample build. */
export const NVS = { address: 0x9000, sizeBytes: 0x4000 } as const;

/** Where the sample build goes in flash, by its own table: storage is a file system, with contents that compress badly. */
export const PLACES = {
  "bootloader.bin": { path: "bootloader/bootloader.bin", offset: 0 },
  "partition-table.bin": { path: "partition_table/partition-table.bin", offset: 0x8000 },
  "ota_data_initial.bin": { path: "ota_data_initial.bin", offset: 0xd000 },
  "hello_world.bin": { path: "hello_world.bin", offset: 0x10000 },
  "storage.bin": { path: null, offset: 0x290000 },
} as const;

export type PartName = keyof typeof PLACES;
export const PART_NAMES: readonly PartName[] = Object.keys(PLACES) as PartName[];

export function partBytes(name: PartName): Uint8Array<ArrayBuffer> {
  const { path } = PLACES[name];
  if (path === null)
    return Uint8Array.from({ length: 60_000 }, (_, index) => (index * 7) ^ (index >> 5) ^ (index >> 9));
  return new Uint8Array(readFileSync(`${BUILD}/${path}`));
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A manifest as JSON has it; `change` mends or breaks it. */
export type ManifestJson = {
  name: string;
  version: string;
  builds: { chipFamily: string; parts: Record<string, unknown>[]; [field: string]: unknown }[];
  [field: string]: unknown;
};

/** A release of the sample build for the ESP32-C3. */
export function releaseManifest({ digests = true, version = "2.0" } = {}): ManifestJson {
  const parts = PART_NAMES.map((name) => ({
    path: name,
    offset: PLACES[name].offset,
    ...(digests && { sha256: sha256(partBytes(name)), size: partBytes(name).length }),
  }));
  return { name: "Lamp", version, builds: [{ chipFamily: "ESP32-C3", parts }] };
}
