import { readFileSync } from "node:fs";
import { connect, type Session } from "../../../src/index.ts";
import {
  type BackupManifest,
  type BackupStore,
  backupFlash,
  encodePartitionTable,
  flashOfBytes,
  formatBackupManifest,
  type Partition,
  parseOtaData,
  planOtaSwitch,
} from "../../../src/partition.ts";
import { INSTANT_TIMING, virtualChip } from "../../../src/virtual.ts";
import { live } from "../chip/live.ts";
import { bytes, neverAborts } from "./sessions.ts";
import { type RightCalls, whole } from "./types.ts";

const part = { sizeBytes: 0x10000, encrypted: false, readonly: false, otherFlags: 0 };
const partitions = (): Partition[] => [
  { ...part, name: "otadata", type: 1, subtype: 0, address: 0xd000, sizeBytes: 0x2000 },
  { ...part, name: "one", type: 0, subtype: 0x10, address: 0x10000 },
  { ...part, name: "two", type: 0, subtype: 0x11, address: 0x20000 },
  { ...part, name: "dump", type: 1, subtype: 3, address: 0x30000 },
];
const table = (): Uint8Array => encodePartitionTable(partitions());
/** For calls that take long: it is exchanged as a whole. */
const known = (): Partition[] => whole(partitions());
const blank = (): Uint8Array => new Uint8Array(0x2000).fill(0xff);
const otaData = () => whole(parseOtaData(blank()));
const csv = "nvs,data,nvs,0x9000,0x6000,\n";
const csvOptions = (): object => ({
  tableAddress: 0x8000,
  primaryBootloaderAddress: 0,
  recoveryBootloaderAddress: 0x3f0000,
  extraSubtypes: ["data, mine, 0x50"],
  variables: { SIZE: "1M" },
});
const rules = (): object => ({ tableAddress: 0x8000, flashBytes: 0x400000, secureBoot: "v2", verify: true });
const flash = (): object => ({ spiConnection: "SPI", signal: neverAborts() });

let open: Session | null = null;
/** A chip with the table and a switch to its second slot. */
async function session(): Promise<Session> {
  if (open === null || !live(open).link.isOpen) {
    // Small: a backup of it is read and restored once for each wrong argument.
    const chip = virtualChip("esp32c3", { timing: INSTANT_TIMING, silicon: { flash: { sizeBytes: 0x80000 } } });
    chip.flash.place(0x8000, table());
    const plan = planOtaSwitch(partitions(), parseOtaData(blank()), 1);
    chip.flash.place(0x30000, readFileSync("test/fixtures/crash/core-01-esp32c3-elf-crc/coredump.bin"));
    chip.flash.place(0xd000, plan?.data ?? bytes());
    open = whole(await connect(chip.port));
  }
  return open;
}

const board = () => ({ chip: "esp32c3" as const, mac: "24:0a:c4:00:5a:05", flashBytes: 0x400000, encrypted: false });
const manifest = (): BackupManifest => ({
  ...board(),
  tableAddress: 0x8000,
  partitions: partitions(),
  entries: [
    {
      name: "one",
      kind: "partition",
      address: 0,
      sizeBytes: 0x400000,
      file: "a.bin.gz",
      dataBytes: 0x1000,
      md5: "0".repeat(32),
    },
  ],
  complete: true,
});
function store(): BackupStore {
  const files = new Map<string, Uint8Array>();
  return {
    read: async (name) => files.get(name) ?? null,
    write: async (name, contents) => void files.set(name, contents),
  };
}
let kept: Promise<BackupStore> | null = null;
/** One with a backup of the chip in it. */
async function filled(): Promise<BackupStore> {
  kept ??= (async () => {
    const place = store();
    await backupFlash(await session(), place);
    return place;
  })();
  return whole(await kept);
}

export const PARTITION: RightCalls = {
  backupFlash: {
    args: async () => [await session(), whole(store()), { ...flash(), tableAddress: 0x8000, update: true }],
  },
  formatBackupManifest: { args: () => [manifest()] },
  parseBackupManifest: { args: () => [formatBackupManifest(manifest())] },
  planBackup: {
    args: async () => [await session(), whole(store()), { ...flash(), tableAddress: 0x8000, update: true }],
  },
  planRestore: { args: () => [manifest(), board(), { only: ["one"], keep: [], identity: true }] },
  readBackup: { args: async () => [await filled()] },
  readBackupImage: { args: async () => [await filled()] },
  restoreFlash: {
    args: async () => [
      await session(),
      await filled(),
      { ...flash(), only: ["one"], keep: ["two"], identity: true, dryRun: true, force: true },
    ],
  },
  bootSlot: { args: () => [partitions(), otaData(), { rollback: true }] },
  checkPartitionTable: { args: () => [partitions(), rules()] },
  encodePartitionTable: { args: () => [partitions(), { md5: true }] },
  describeFlash: { args: () => [whole(flashOfBytes(new Uint8Array(0x10000))), { tableAddress: 0x8000 }] },
  flashOfBytes: { args: () => [new Uint8Array(0x10000)] },
  flashOfChip: { args: async () => [await session(), flash()] },
  eraseOtaData: { args: async () => [await session(), known(), flash()] },
  formatPartitionCsv: { args: () => [partitions(), { extraSubtypes: ["data, mine, 0x50"] }] },
  needsOtaData: { args: () => ["ota:next"] },
  nextOtaSlot: { args: () => [partitions(), otaData()] },
  otaDataPartition: { args: () => [partitions()] },
  otaSlots: { args: () => [partitions()] },
  parseOtaData: { args: () => [blank()] },
  parsePartitionCsv: { args: () => [csv, csvOptions()] },
  parsePartitionTable: { args: () => [table(), { md5: true }] },
  planOtaSwitch: { args: () => [partitions(), otaData(), 1, { state: "new" }] },
  readCoreDumpPartition: { args: async () => [await session(), known(), flash()] },
  readOtaData: { args: async () => [await session(), known(), flash()] },
  readPartitionFile: { args: () => [table(), { ...csvOptions(), ...rules(), md5: true }] },
  readPartitionTable: { args: async () => [await session(), { tableAddress: 0x8000, md5: true, ...flash() }] },
  refusePartitionProblems: { args: () => [[]] },
  resolveRange: {
    args: () => [partitions(), "ota:next", { otaData: otaData(), tableAddress: 0x8000, bootloaderAddress: 0 }],
  },
  subtypeName: { args: () => [1, 2] },
  switchOtaSlot: { args: async () => [await session(), known(), 1, { state: "new", ...flash() }] },
  touchedPartitions: { args: () => [partitions(), { address: 0x9000, sizeBytes: 0x1000 }] },
  typeName: { args: () => [1] },
};
