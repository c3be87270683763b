import { crc32 } from "../../bytes/crc32.ts";
import { readU32, roundUp, writeU32 } from "../../bytes/words.ts";
import type { WearLevelling } from "../file-system.ts";
import { type Findings, report } from "../findings.ts";

/** Facts: sheet build-outputs 5.4. The layer knows sectors of flash only, whatever the sectors of the volume are. */
export const FLASH_SECTOR = 4096;
/** ESP-IDF starts its checksums with this. */
export const SEED = 0xffff_ffff;
export const CONFIG_BYTES = 32;
export const STATE_BYTES = 64;
export const RECORD_BYTES = 16;
/** A sector for the volume, the empty one, two copies of the state, the configuration. */
const FEWEST_SECTORS = 5;

/** A volume as its firmware sees it. */
export interface Volume {
  readonly bytes: Uint8Array;
  /** Where a byte of it stands in the image. */
  readonly offsetOf: (at: number) => number;
  readonly wearLevelling: WearLevelling | null;
  /** Where its first sector stands in the image. */
  readonly offset: number;
}

/** Of the parts of a partition with wear levelling, in sectors of flash. */
export interface WearGrid {
  /** For the volume. */
  readonly sectors: number;
  readonly stateSectors: number;
}

/** Null: so small a partition has no room for it. */
export function wearGrid(partitionBytes: number): WearGrid | null {
  const all = Math.floor(partitionBytes / FLASH_SECTOR);
  const stateSectors = roundUp(STATE_BYTES + RECORD_BYTES * all, FLASH_SECTOR) / FLASH_SECTOR;
  const sectors = all - 2 * stateSectors - 2;
  return all < FEWEST_SECTORS || sectors < 1 ? null : { sectors, stateSectors };
}

/** Whether the last sector is a configuration of wear levelling for a partition of this size. */
export function hasWearLevelling(bytes: Uint8Array): boolean {
  const at = bytes.length - FLASH_SECTOR;
  if (bytes.length % FLASH_SECTOR !== 0 || wearGrid(bytes.length) === null) return false;
  const isSound = crc32(bytes.subarray(at, at + CONFIG_BYTES), SEED) === readU32(bytes, at + CONFIG_BYTES);
  return isSound && readU32(bytes, at + 4) === bytes.length && readU32(bytes, at + 12) === FLASH_SECTOR;
}

/** The sectors of the volume in their order. Only where `hasWearLevelling`. */
export function withoutWearLevelling(bytes: Uint8Array, findings: Findings): Volume {
  const { sectors, stateSectors } = wearGrid(bytes.length) ?? { sectors: 0, stateSectors: 0 };
  const version = readU32(bytes, bytes.length - FLASH_SECTOR + 24);
  const wearLevelling = readState(bytes, { sectors, stateSectors, version }, findings);
  const { moves, emptySector } = wearLevelling;
  const physical = Array.from({ length: sectors }, (_, logical) => {
    const sector = (sectors - (moves % sectors) + logical) % sectors;
    return sector >= emptySector ? sector + 1 : sector;
  });
  const volume = new Uint8Array(sectors * FLASH_SECTOR);
  physical.forEach((sector, logical) => {
    volume.set(bytes.subarray(sector * FLASH_SECTOR, (sector + 1) * FLASH_SECTOR), logical * FLASH_SECTOR);
  });
  const offsetOf = (at: number): number =>
    (physical[Math.floor(at / FLASH_SECTOR)] ?? 0) * FLASH_SECTOR + (at % FLASH_SECTOR);
  return { bytes: volume, offsetOf, wearLevelling, offset: offsetOf(0) };
}

function readState(
  bytes: Uint8Array,
  { sectors, stateSectors, version }: WearGrid & { readonly version: number },
  findings: Findings,
): WearLevelling {
  const first = (sectors + 1) * FLASH_SECTOR;
  const copies = [first, first + stateSectors * FLASH_SECTOR];
  const isOld = version === 1;
  const sound = copies.filter((at) => isStateSound(bytes, at, isOld));
  for (const offset of copies)
    if (!sound.includes(offset))
      report(findings, "filesystem.checksum", "A copy of the state of wear levelling is damaged.", { offset });
  const [at] = sound;
  if (at === undefined) {
    report(
      findings,
      "filesystem.incomplete",
      "Both copies of the state of wear levelling are damaged: sectors may be in a wrong order.",
    );
    return { version, deviceId: 0, moves: 0, emptySector: 0 };
  }
  const deviceId = isOld ? 0 : readU32(bytes, at + 28);
  const moves = readU32(bytes, at + 8);
  let emptySector = 0;
  while (
    emptySector < sectors &&
    isRecord(bytes, { at: at + STATE_BYTES + emptySector * RECORD_BYTES, deviceId, number: emptySector, isOld })
  )
    emptySector++;
  return { version, deviceId, moves, emptySector };
}

function isStateSound(bytes: Uint8Array, at: number, isOld: boolean): boolean {
  const length = isOld ? 28 : 60;
  return crc32(bytes.subarray(at, at + length), SEED) === readU32(bytes, at + length);
}

/** A record stands for one step of the empty sector. */
function isRecord(
  bytes: Uint8Array,
  {
    at,
    deviceId,
    number,
    isOld,
  }: { readonly at: number; readonly deviceId: number; readonly number: number; readonly isOld: boolean },
): boolean {
  if (isOld) return bytes[at] !== 0xff;
  for (let part = 0; part < RECORD_BYTES / 4; part++) {
    const word = new Uint8Array(4);
    writeU32(word, 0, (deviceId + (RECORD_BYTES / 4) * number + part) >>> 0);
    if (readU32(bytes, at + part * 4) !== crc32(word, SEED)) return false;
  }
  return true;
}
