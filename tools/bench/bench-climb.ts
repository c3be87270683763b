import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import type { VirtualChipOptions } from "../../src/virtual/check-options.ts";
import { virtualChip } from "../../src/virtual/virtual-chip.ts";

export const CLIMB_HEAD = [
  "1 MB, no rate named; the adapter",
  "latency",
  "rate",
  "rate when nothing is sent",
  "simulated seconds",
  "seconds when nothing is sent",
] as const;

const ADAPTERS: readonly [string, VirtualChipOptions["adapter"]][] = [
  ["is good for 2,000,000", {}],
  ["garbles everything above 921600", { maximumBaud: 921_600 }],
  ["garbles everything above 460800", { maximumBaud: 460_800 }],
  ["garbles everything above 115200", { maximumBaud: 115_200 }],
  ["garbles long packets above 460800", { garblesLong: { baudRate: 460_800, bytes: 4000 } }],
];

interface Run {
  readonly baudRate: number;
  readonly seconds: number;
}

async function run(data: Uint8Array | null, options: VirtualChipOptions): Promise<Run> {
  const chip = virtualChip("esp32s2", options);
  const session = await connect(chip.port);
  if (data !== null) await writeFlash(session, [{ address: 0x10000, data }]);
  const { baudRate } = session;
  await disconnect(session);
  return { baudRate, seconds: chip.clock.now() / 1000 };
}

/** Writing to an empty flash without a baud rate, from opening the port to the reset: simulated time, deterministic. */
export async function benchClimb(likeFirmware: (sizeBytes: number) => Uint8Array): Promise<string[][]> {
  const data = likeFirmware(1 << 20);
  const rows: string[][] = [];
  for (const [name, adapter] of ADAPTERS)
    for (const adapterLatencyMs of [1, 16]) {
      const options = { timing: { adapterLatencyMs }, adapter };
      const [all, alone] = [await run(data, options), await run(null, options)];
      const rates = [String(all.baudRate), String(alone.baudRate)];
      const times = [all.seconds.toFixed(2), alone.seconds.toFixed(2)];
      rows.push([name, `${adapterLatencyMs} ms`, ...rates, ...times]);
    }
  return rows;
}
