import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { VirtualChipOptions } from "../../src/virtual/check-options.ts";
import { virtualChip } from "../../src/virtual/virtual-chip.ts";

export const CLIMB_HEAD = ["1 MB, no rate named; the adapter", "latency", "rate", "simulated seconds"] as const;

const ADAPTERS: readonly [string, VirtualChipOptions["adapter"]][] = [
  ["is good for 2,000,000", {}],
  ["garbles everything above 921600", { maximumBaud: 921_600 }],
  ["garbles everything above 460800", { maximumBaud: 460_800 }],
  ["garbles long packets above 460800", { garblesLong: { baudRate: 460_800, bytes: 4000 } }],
];

/** Writing to an empty flash without a baud rate, from opening the port to the reset: simulated time, deterministic. */
export async function benchClimb(likeFirmware: (sizeBytes: number) => Uint8Array): Promise<string[][]> {
  const data = likeFirmware(1 << 20);
  const rows: string[][] = [];
  for (const [name, adapter] of ADAPTERS)
    for (const adapterLatencyMs of [1, 16]) {
      const chip = virtualChip("esp32s2", { timing: { adapterLatencyMs }, adapter });
      const session = await connect(chip.port);
      await writeFlash(session, [{ address: 0x10000, data }]);
      const { baudRate } = session;
      await disconnect(session);
      rows.push([name, `${adapterLatencyMs} ms`, String(baudRate), (chip.clock.now() / 1000).toFixed(2)]);
    }
  return rows;
}
