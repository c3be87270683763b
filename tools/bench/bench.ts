/**
 * `npm run bench`: what an operation costs, on virtual chips and their clock. Exchanges, bytes and simulated seconds are
 * deterministic: the same source prints the same table on every machine. The tables behind (commands on files, pure code)
 * are wall time and are not.
 */
import { existsSync, readFileSync } from "node:fs";
import { deflate } from "../../src/core/bytes/deflate.ts";
import { md5 } from "../../src/core/bytes/md5.ts";
import { parseFileSystem } from "../../src/core/filesystem/parse-file-system.ts";
import { readFlash } from "../../src/core/flash/read/read-flash.ts";
import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { Session } from "../../src/core/session/session.ts";
import { SlipDecoder, slipEncode } from "../../src/core/wire/slip.ts";
import { type VirtualChip, virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../../test/support/chip/live.ts";
import { BAD_LINE_HEAD, benchBadLine } from "./bench-bad-line.ts";
import { benchClimb, CLIMB_HEAD } from "./bench-climb.ts";
import { benchCrash, CRASH_HEAD } from "./bench-crash.ts";
import { benchEfuses } from "./bench-efuses.ts";
import { benchEncryption, ENCRYPTION_HEAD } from "./bench-encryption.ts";
import { benchInspect, INSPECT_HEAD, storageOf } from "./bench-inspect.ts";
import { benchPrograms } from "./bench-programs.ts";
import { benchRead, READ_HEAD } from "./bench-read.ts";
import { benchSkip, SKIP_HEAD } from "./bench-skip.ts";

const BAUDS = [115_200, 460_800, 921_600, 2_000_000] as const;
const LATENCIES_MS = [1, 16] as const;
const CHIP = "esp32s2";
const BLINK = "../../shared/reference/inputs/images/esp_idf_blink_esp32s2.bin";

/** Bytes that compress about as well as firmware does (to some 60 %), the same on every run. */
export function likeFirmware(sizeBytes: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(sizeBytes);
  let state = 0x2545f491;
  for (let at = 0; at < sizeBytes; at++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const roll = state & 0xff;
    // Half of the bytes repeat one a little before; the rest is drawn from a few bits.
    bytes[at] = roll < 128 && at > 64 ? (bytes[at - 1 - (roll & 63)] ?? 0) : (state >>> 8) & 0x7f;
  }
  return bytes;
}

interface Scenario {
  readonly name: string;
  readonly run: (session: Session) => Promise<unknown>;
}

function scenarios(): Scenario[] {
  const oneMegabyte = likeFirmware(1 << 20);
  const blink = existsSync(BLINK) ? new Uint8Array(readFileSync(BLINK)) : null;
  const write = (data: Uint8Array) => (session: Session) => writeFlash(session, [{ address: 0x10000, data }]);
  return [
    { name: "connect only", run: async () => {} },
    { name: "write 1 KB", run: write(likeFirmware(1024)) },
    ...(blink === null ? [] : [{ name: `write esp_idf_blink_esp32s2.bin (${blink.length} bytes)`, run: write(blink) }]),
    { name: "write 1 MB", run: write(oneMegabyte) },
    { name: "read 1 MB", run: (session) => readFlash(session, { address: 0x10000, sizeBytes: 1 << 20 }) },
  ];
}

interface Row {
  readonly exchanges: number;
  readonly sent: number;
  readonly received: number;
  readonly seconds: number;
}

async function measure(scenario: Scenario, baudRate: number, adapterLatencyMs: number): Promise<Row> {
  const chip: VirtualChip = virtualChip(CHIP, { timing: { adapterLatencyMs } });
  const session = await connect(chip.port, { baudRate });
  await scenario.run(session);
  const { exchanges } = live(session).link.counters;
  await disconnect(session);
  return {
    exchanges,
    sent: chip.counters.hostBytes,
    received: chip.counters.chipBytes,
    seconds: chip.clock.now() / 1000,
  };
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

async function operations(): Promise<void> {
  const rows: string[][] = [];
  for (const scenario of scenarios())
    for (const latency of LATENCIES_MS)
      for (const baud of BAUDS) {
        const row = await measure(scenario, baud, latency);
        rows.push([
          scenario.name,
          String(baud),
          `${latency} ms`,
          String(row.exchanges),
          String(row.sent),
          String(row.received),
          row.seconds.toFixed(2),
        ]);
      }
  console.log(`## Operations on a virtual ${CHIP}, from opening the port to the reset\n`);
  const head = ["operation", "baud", "latency", "exchanges", "bytes sent", "bytes received", "simulated seconds"];
  console.log(table(head, rows));
  if (!existsSync(BLINK)) console.log("\nesp_idf_blink_esp32s2.bin is not at hand: its rows are left out.");
}

async function efuses(): Promise<void> {
  console.log("\n## eFuses, through the ROM loader of virtual chips, after connecting\n");
  console.log(table(["operation", "chip", "exchanges", "reference"], await benchEfuses()));
}

/** Megabytes a second, best of five. */
function throughput(sizeBytes: number, work: () => void): string {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return (sizeBytes / 1e6 / (best / 1000)).toFixed(0);
}

function pureCode(): void {
  const size = 16 << 20;
  // The pieces are cut beforehand: cutting is not what is measured.
  const decode = (piece: number) => {
    const frame = slipEncode(likeFirmware(Math.max(64, piece)));
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < frame.length; at += piece) pieces.push(frame.slice(at, at + piece));
    return () => {
      const decoder = new SlipDecoder({ frame() {}, noise() {} });
      for (let done = 0; done < size; done += frame.length) for (const bytes of pieces) decoder.push(bytes);
    };
  };
  const data = likeFirmware(4 << 20);
  const storage = storageOf(likeFirmware, 1 << 20, 0.8);
  const rows = [
    ["parse a LittleFS of 1 MB with 40 files", throughput(storage.length, () => parseFileSystem(storage))],
    ...[1, 7, 64, 4096, 32768].map((piece) => [
      `SLIP decode, ${piece} bytes at a time`,
      throughput(size, decode(piece)),
    ]),
    [
      "SLIP encode, 16 KB blocks",
      throughput(data.length, () => {
        for (let at = 0; at < data.length; at += 16384) slipEncode(data.subarray(at, at + 16384));
      }),
    ],
    ["MD5", throughput(data.length, () => md5(data))],
    ["deflate, level 9", throughput(data.length, () => deflate(data))],
  ];
  console.log("\n## Pure code on this machine (wall time, not deterministic)\n");
  console.log(table(["what", "MB/s"], rows));
}

function commandsOnFiles(): void {
  console.log("\n## Commands on files, on this machine (wall time with the start of Node, not deterministic)\n");
  const rows = benchPrograms(likeFirmware);
  if (rows === null) console.log("There is no build (npm run build), so nothing was measured.");
  else console.log(table(["command", "milliseconds", "peak memory in MB"], rows));
}

function crashes(): void {
  console.log("\n## Crashes on this machine (CPU time with the start of Node, not deterministic)\n");
  const measured = benchCrash();
  if (measured === null) console.log("There is no build (npm run build), so nothing was measured.");
  else console.log(`With ${measured.file.split("/").at(-1)}.\n\n${table(CRASH_HEAD, measured.rows)}`);
}

function flashEncryption(): void {
  console.log("\n## Flash encryption on this machine (CPU time, not deterministic)\n");
  console.log(table(ENCRYPTION_HEAD, benchEncryption(likeFirmware)));
}

await operations();
console.log("\n## Writing over what is in flash\n");
console.log(table(SKIP_HEAD, await benchSkip(likeFirmware)));
console.log("\n## Reading\n");
console.log(table(READ_HEAD, await benchRead(likeFirmware)));
console.log("\n## Inspecting a board\n");
console.log(table(INSPECT_HEAD, await benchInspect(likeFirmware)));
console.log("\n## Without a named baud rate\n");
console.log(table(CLIMB_HEAD, await benchClimb(likeFirmware)));
console.log("\n## Over a line that garbles bytes\n");
console.log(table(BAD_LINE_HEAD, await benchBadLine(likeFirmware)));
await efuses();
commandsOnFiles();
crashes();
pureCode();
flashEncryption();
