import { chipById } from "../../../src/chips.ts";
import type { ByteStream, Monitor, SecurityInfo } from "../../../src/index.ts";
import { DEFAULT_LIMITS, systemClock, temporaryMemory } from "../../../src/index.ts";
import { INSTANT_TIMING, virtualChip } from "../../../src/virtual.ts";
import { ramImage, ramProgram } from "../chip/ram-program.ts";
import { bytes, esp32Session, nandSession, neverAborts, romSession, stubSession } from "./sessions.ts";
import { type RightCall, type RightCalls, whole } from "./types.ts";

const SPI = (): object => ({ spiConnection: "SPI", signal: neverAborts() });
const NAND = (): object => ({ spiConnection: "12,13,11,9,10", signal: neverAborts() });
const HEADER = { flashMode: "keep", flashFrequency: "keep", flashSize: "keep" };
const port = () => whole(virtualChip("esp32c3", { timing: INSTANT_TIMING }).port);
const connecting = (): object => ({
  chip: "esp32c3",
  baudRate: 460_800,
  before: "default-reset",
  after: "hard-reset",
  stub: true,
  plugins: [],
  connectAttempts: 1,
  resetDelayMs: 50,
  customResetSequence: "D0|R1|W0.1|D1|R0|W0.05|D0",
  customHardResetSequence: "R1|W0.1|R0",
  limits: { ...DEFAULT_LIMITS },
  memory: whole(temporaryMemory()),
  onEvent: () => undefined,
  signal: neverAborts(),
  name: "chip",
  trace: false,
});
const ramFile = ramImage("esp32c3");
const watching = (): object => ({
  baudRate: 115_200,
  onPiece: () => undefined,
  onEvent: () => undefined,
  signal: neverAborts(),
  reset: { name: "a reset", steps: [{ dtr: false, rts: true }, { waitMs: 1 }, { dtr: false, rts: false }] },
  reconnect: false,
  nextPort: async () => port(),
  view: "text",
  processors: [() => []],
});
const info = (): SecurityInfo => ({
  flags: 0,
  flashCryptCount: 0,
  keyPurposes: new Uint8Array(7),
  chipId: 5,
  apiVersion: 3,
});

/** What takes files and says of them what it would do, or does it. */
const WRITING: RightCall = {
  files: ["1.0.data", "1.0.previous"],
  args: async () => [
    await stubSession(),
    [{ address: 0x1000, data: bytes(), name: "app", encrypted: false, previous: bytes() }],
    {
      ...SPI(),
      ...HEADER,
      compress: "auto",
      eraseAll: false,
      force: false,
      encrypt: false,
      ignoreFlashEncryptionEfuses: false,
      skipFlashed: false,
      trustFlashContent: false,
    },
  ],
};

export const LIBRARY: RightCalls = {
  isMemoryWord: { args: () => ["rates"] },
  temporaryMemory: { args: () => [] },
  applicationReset: { args: () => [port(), "R1|W0.1|R0"] },
  baudRateHint: { args: () => [115_200] },
  bootloaderReset: { args: () => [port(), { before: "default-reset", resetDelayMs: 50, customResetSequence: "D0" }] },
  readChipId: { args: async () => [await romSession()] },
  connect: { args: () => [port(), connecting()] },
  connectRepeatedly: { args: () => [async () => port(), { ...connecting(), openPortAttempts: 1, patienceMs: 1000 }] },
  describeSecurityInfo: { args: () => [info(), whole(chipById("esp32c3"))] },
  disconnect: { args: async () => [await stubSession(), { reset: "hard-reset", keepOpen: false }] },
  dumpBadBlocks: { args: async () => [await nandSession(), { ...NAND(), blockCount: 2 }] },
  digestFlash: {
    args: async () => [await stubSession(), { address: 0, sizeBytes: 16 }, { ...SPI(), flashSize: "keep" }],
  },
  patchFlash: {
    args: async () => [
      await stubSession(),
      {
        address: 0,
        before: new Uint8Array(4096).fill(0xff),
        steps: [
          { kind: "program", offset: 8, data: bytes(4), destroys: true },
          { kind: "erase", offset: 0, destroys: true },
        ],
      },
      SPI(),
    ],
  },
  readMemory: {
    args: async () => [await romSession(), { address: 0x40380000, sizeBytes: 8 }, { signal: neverAborts() }],
  },
  eraseFlash: { args: async () => [await stubSession(), { ...SPI(), force: false }] },
  eraseNand: {
    args: async () => [await nandSession(), { address: 0, sizeBytes: 0x20000 }, { ...NAND(), force: false }],
  },
  eraseRegion: {
    args: async () => [await stubSession(), { address: 0x1000, sizeBytes: 0x1000 }, { ...SPI(), force: false }],
  },
  requireErasable: {
    args: async () => [await stubSession(), [{ address: 0x1000, sizeBytes: 0x1000 }], { ...SPI(), force: false }],
  },
  isFlashEncrypted: { args: async () => [await stubSession()] },
  readFlashId: { args: async () => [await stubSession(), SPI()] },
  formatMac: { args: () => [bytes(6)] },
  readSecurityInfo: { args: async () => [await romSession()] },
  loadRam: {
    args: async () => [await romSession(), ramProgram("esp32c3"), { name: "program", signal: neverAborts() }],
  },
  monitor: {
    args: () => [port(), { ...watching(), onLine: () => undefined }],
    after: async (running: Monitor) => await running.close(),
  },
  monitorLines: {
    args: () => [port(), { ...watching(), mostWaiting: 10, signal: AbortSignal.abort() }],
    after: async (lines: AsyncGenerator<unknown>) => await lines.return(undefined),
  },
  plainLine: { args: () => ["text"] },
  parsePrintFilter: { args: () => ["*:I"] },
  monitorPipeline: {
    args: () => [
      {
        clock: whole({ ...systemClock }),
        view: "text",
        processors: [() => []],
        sink: { piece: () => undefined, line: () => undefined, remark: () => undefined },
      },
    ],
  },
  overrideVddsdio: { args: async () => [await esp32Session(), "1.8V"] },
  parseResetSequence: { args: () => ["D0|R1", "a reset"] },
  portOver: {
    args: () => [
      {
        info: { path: "device" },
        capabilities: { lines: true, atomicLines: true, baud: true },
        clock: whole({ ...systemClock }),
        timeouts: { writeMs: 1000, settingMs: 1000 },
        hints: { lost: "Plug it in.", timeout: "Unplug it." },
        open: async () => ({ write: async () => undefined, close: async () => undefined }),
      },
    ],
  },
  renderEvent: {
    args: () => [{ session: "chip", type: "verify.impossible", reason: "There is no digest." }],
  },
  readFlash: {
    args: async () => [
      await stubSession(),
      { address: 0, sizeBytes: 16 },
      { ...SPI(), flashSize: "keep", skip: true, known: new Uint8Array(4) },
    ],
  },
  readFlashSfdp: { args: async () => [await stubSession(), { address: 0, sizeBytes: 4 }, SPI()] },
  readFlashStatus: { args: async () => [await stubSession(), { ...SPI(), sizeBytes: 2 }] },
  macAddresses: { args: async () => [await romSession()] },
  readRegister: { args: async () => [await romSession(), 0x40001000, { signal: neverAborts() }] },
  readFlashInto: {
    args: async () => [
      await stubSession(),
      { address: 0, sizeBytes: 16 },
      () => undefined,
      {
        ...SPI(),
        flashSize: "keep",
        skip: true,
        known: () => bytes(),
        resumeFrom: {
          checkpoint: { mac: null, address: 0, sizeBytes: 16, doneBytes: 0, md5: "d41d8cd98f00b204e9800998ecf8427e" },
          contents: () => bytes(),
        },
      },
    ],
  },
  readNand: { args: async () => [await nandSession(), { address: 0, sizeBytes: 16 }, NAND()] },
  readNandSpare: { args: async () => [await nandSession(), 0, NAND()] },
  ReconnectingPort: {
    isClass: true,
    args: () => [
      port(),
      {
        baudRate: 115_200,
        listener: {
          data: () => undefined,
          lost: () => undefined,
          waiting: () => undefined,
          back: () => undefined,
        },
        nextPort: async () => port(),
      },
    ],
  },
  runApplication: { args: async () => [await stubSession(), { signal: neverAborts() }] },
  streamFlash: {
    args: async () => [await stubSession(), { address: 0, sizeBytes: 16 }, { ...SPI(), flashSize: "keep" }],
    after: async (stream: ByteStream) => await stream.getReader().read(),
  },
  unpackRamFile: { args: () => [ramFile.slice(), "program.bin"] },
  verifyFlash: {
    files: ["1.0.data"],
    args: async () => [
      await stubSession(),
      [{ address: 0x1000, data: bytes(), name: "app" }],
      { ...SPI(), ...HEADER, diff: true },
    ],
  },
  verifyNand: {
    files: ["1.0.data"],
    args: async () => [await nandSession(), [{ address: 0, data: bytes(), name: "app" }], { ...NAND(), diff: true }],
  },
  compareFlash: {
    ...WRITING,
    args: async () => {
      const [session, files, options] = await WRITING.args();
      return [session, files, { ...(options as object), by: "file" }];
    },
  },
  writeFlash: WRITING,
  writeFlashStatus: { args: async () => [await stubSession(), 0, { ...SPI(), sizeBytes: 1, nonVolatile: false }] },
  writeRegister: {
    args: async () => [await romSession(), { address: 0x3fc90000, value: 1, mask: 0xff }, { signal: neverAborts() }],
  },
  writeNand: {
    files: ["1.0.data"],
    args: async () => [
      await nandSession(),
      [{ address: 0x40000, data: bytes(), name: "app" }],
      { ...NAND(), endAddress: 0x80000 },
    ],
  },
  writeNandSpare: { args: async () => [await nandSession(), 640, true, NAND()] },
};
