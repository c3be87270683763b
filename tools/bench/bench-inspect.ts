import { makeLittleFs } from "../../src/core/filesystem/littlefs/make-littlefs.ts";
import { flashOfChip } from "../../src/core/flash-layout/flash-of-chip.ts";
import { describeFlash } from "../../src/core/inspect/describe-flash.ts";
import { parsePartitionCsv } from "../../src/core/partition/csv/parse-csv.ts";
import { encodePartitionTable } from "../../src/core/partition/table/binary-table.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import { virtualChip } from "../../src/virtual/virtual-chip.ts";
import { live } from "../../test/support/chip/live.ts";
import { application } from "../../test/support/inspect/board-flash.ts";

export const INSPECT_HEAD = [
  "4 MB, of the file system used",
  "latency",
  "exchanges",
  "bytes received",
  "simulated seconds",
] as const;

/** The default scheme of Arduino. */
const TABLE = `nvs,data,nvs,0x9000,0x5000,
otadata,data,ota,0xe000,0x2000,
app0,app,ota_0,0x10000,0x140000,
app1,app,ota_1,0x150000,0x140000,
spiffs,data,spiffs,0x290000,0x160000,
coredump,data,coredump,0x3f0000,0x10000,
`;
const STORAGE_BYTES = 0x160000;

/** Forty files that come to so much. */
export function storageOf(
  likeFirmware: (sizeBytes: number) => Uint8Array,
  sizeBytes: number,
  used: number,
): Uint8Array {
  const content = likeFirmware(Math.floor((sizeBytes * used) / 40));
  const files = Array.from({ length: 40 }, (_, index) => ({ path: `www/${index}.html`, content }));
  return makeLittleFs(used === 0 ? [] : files, { sizeBytes });
}

/** From the port opened at 921,600 baud to the page, without the reset: simulated time, deterministic. */
export async function benchInspect(likeFirmware: (sizeBytes: number) => Uint8Array): Promise<string[][]> {
  const rows: string[][] = [];
  for (const used of [0, 0.2, 0.8])
    for (const adapterLatencyMs of [1, 16]) {
      const chip = virtualChip("esp32s3", {
        timing: { adapterLatencyMs },
        contents: [
          { address: 0x8000, bytes: encodePartitionTable(parsePartitionCsv(TABLE).partitions) },
          { address: 0x10000, bytes: application("v1.2.3") },
          { address: 0x290000, bytes: storageOf(likeFirmware, STORAGE_BYTES, used) },
        ],
      });
      const session = await connect(chip.port, { baudRate: 921_600 });
      const before = live(session).link.counters.exchanges;
      await describeFlash(await flashOfChip(session));
      const { exchanges } = live(session).link.counters;
      const seconds = (chip.clock.now() / 1000).toFixed(2);
      await disconnect(session);
      const received = String(chip.counters.chipBytes);
      rows.push([`${used * 100} %`, `${adapterLatencyMs} ms`, String(exchanges - before), received, seconds]);
    }
  return rows;
}
