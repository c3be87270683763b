import {
  adcInfo,
  customMac,
  type EfuseDevice,
  type EfuseState,
  type EfuseTable,
  findBlock,
  findField,
  findKeyPurpose,
  loadEfuseTable,
  planBurn,
  readEfuses,
  virtualEfuses,
} from "../../../src/efuse.ts";
import { bytes, neverAborts, romSession } from "./sessions.ts";
import { type RightCalls, whole } from "./types.ts";

const device = (): EfuseDevice => {
  const { chip, crystalMhz, revision, clock, readRegisters, writeRegisters } = virtualEfuses("esp32c3");
  return whole({
    chip,
    crystalMhz,
    chipRevision: revision,
    clock,
    emit: () => undefined,
    readRegisters: (addresses) => readRegisters(addresses),
    writeRegisters: (writes) => writeRegisters(writes),
  });
};
const table = async (): Promise<EfuseTable> => whole(await loadEfuseTable("esp32c3", 4));
const known = readEfuses(device());
const state = async (): Promise<EfuseState> => whole(await known);
const field = async (name = "DIS_USB_JTAG") => whole(findField(await table(), name));
const block = async () => whole(findBlock(await table(), "BLOCK_KEY0"));
const purpose = async () => whole(findKeyPurpose(await table(), "USER"));
const plan = async () => whole(planBurn(await state(), [{ kind: "field", field: "DIS_USB_JTAG" }]));
const requests = (): object[] => [
  {
    kind: "key",
    block: "BLOCK_KEY0",
    key: { kind: "raw", bytes: bytes(32) },
    purpose: "USER",
    readProtect: false,
    writeProtect: true,
    force: false,
  },
];
const one = (call: (state: EfuseState) => unknown[] | Promise<unknown[]>) => ({
  args: async () => await call(await state()),
});

export const EFUSES: RightCalls = {
  adcInfo: one((read) => [read]),
  adcInfoLines: one((read) => [{ ...adcInfo(read) }]),
  bitsToBytes: { args: () => [5n, 4] },
  bitsToWords: { args: () => [5n, 1] },
  blockBytes: one((read) => [{ ...read.blocks.get(0) }]),
  blockNames: { args: async () => [[await block()]] },
  blocksFor: { args: async () => [await table(), requests()] },
  blocksForAdcInfo: { args: async () => [await table()] },
  blocksForCustomMac: { args: async () => [await table()] },
  blocksForFields: { args: async () => [await table(), ["WR_DIS"]] },
  burnEfuses: { args: async () => [device(), await plan(), { signal: neverAborts(), checkRegisters: true }] },
  bytesToBits: { args: () => [bytes()] },
  checkErrors: one((read) => [read]),
  curvesFor: { args: async () => [await table(), await purpose()] },
  customMac: one((read) => [read]),
  customMacLine: one((read) => [{ ...customMac(read) }]),
  describePlan: { args: async () => [await plan()] },
  dumpFiles: one((read) => [read, "dump.bin", "split"]),
  dumpHexLines: one((read) => [read]),
  dumpLines: one((read) => [read, "dump"]),
  efuseDevice: { args: async () => [await romSession()] },
  extendEfuseTable: {
    args: async () => [
      await table(),
      new TextEncoder().encode("MY_FIELD, EFUSE_BLK3, 0, 8, My own\n"),
      { fileName: "own.csv", variables: () => undefined },
    ],
    alsoOther: ["1"],
  },
  extendState: { args: async () => [device(), await state(), [1], { errors: true, signal: neverAborts() }] },
  fieldMeaning: one(async (read) => [read, await field()]),
  fieldNames: { args: async () => [[await field()]] },
  fieldValue: one(async (read) => [read, await field()]),
  findBlock: { args: async () => [await table(), "BLOCK_KEY0"] },
  findField: { args: async () => [await table(), "WR_DIS"] },
  findKeyPurpose: { args: async () => [await table(), "USER"] },
  findPresentField: one((read) => [read, "WR_DIS"]),
  formatBits: { args: () => [5n, 8] },
  holdsSecret: one(async (read) => [read, await block(), 1n]),
  isPresent: one(async (read) => [read, await field()]),
  isReadable: one(async (read) => [read, await field()]),
  isWritable: one(async (read) => [read, await field()]),
  keyPurposeOf: { args: async () => [await table(), 4] },
  loadEfuseTable: { args: () => ["esp32c3", 4] },
  planBurn: one((read) => [read, requests(), { postpone: false }]),
  planLines: { args: async () => [await plan()] },
  planRecovery: one((read) => [read, { uncorrectable: false }]),
  presentFields: one((read) => [read]),
  readEfuses: {
    args: async () => [device(), { blocks: [0, 1], table: await table(), errors: true, signal: neverAborts() }],
  },
  recoverBlocks: one((read) => [device(), read, { uncorrectable: false, signal: neverAborts(), checkRegisters: true }]),
  requireOneName: { args: () => [["WR_DIS"]] },
  statusDumpLines: one((read) => [read, [0, 0]]),
  summaryFields: one((read) => [read, { names: ["WR_DIS"] }]),
  summaryJson: one((read) => [read, { names: ["WR_DIS"] }]),
  summaryLines: one((read) => [read, { names: ["WR_DIS"], columns: 80 }]),
  summaryRecords: one((read) => [read, { names: ["WR_DIS"] }]),
  summaryValue: one((read) => [read, { names: ["WR_DIS"] }]),
  verifyPlan: one(async (read) => [await plan(), read]),
  viewField: one(async (read) => [read, await field()]),
  virtualEfuses: { args: () => ["esp32c3", { file: virtualEfuses("esp32c3").file() }] },
  warningLines: one((read) => [read]),
  wordsToBits: { args: () => [[1, 2]] },
};
