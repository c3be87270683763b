import { equalBytes } from "../../src/core/bytes/words.ts";
import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import { virtualChip } from "../../src/virtual/virtual-chip.ts";

export const BAD_LINE_HEAD = [
  "1 MB; the line",
  "baud",
  "rate in the end",
  "simulated seconds",
  "times a clean line",
] as const;

const SEED = 7;
const ADDRESS = 0x10000;

/**
 * Writing to an empty flash over a line that garbles one byte in so many, both ways, from opening the port to the reset:
 * simulated time, deterministic. Connecting is clean.
 */
export async function benchBadLine(likeFirmware: (sizeBytes: number) => Uint8Array): Promise<string[][]> {
  const data = likeFirmware(1 << 20);
  const rows: string[][] = [];
  for (const baudRate of [921_600, "auto"] as const) {
    let cleanMs = 0;
    for (const bytesPerFault of [null, 100_000, 20_000]) {
      const chip = virtualChip("esp32s2", { timing: { adapterLatencyMs: 1 } });
      const session = await connect(chip.port, { baudRate });
      if (bytesPerFault !== null) chip.faults.soak(SEED, bytesPerFault);
      await writeFlash(session, [{ address: ADDRESS, data }]);
      const { baudRate: last } = session;
      await disconnect(session);
      if (!equalBytes(chip.flash.read(ADDRESS, data.length), data)) throw new Error("It is not in flash.");
      const elapsedMs = chip.clock.now();
      if (bytesPerFault === null) cleanMs = elapsedMs;
      rows.push([
        bytesPerFault === null ? "is clean" : `garbles one byte in ${bytesPerFault}`,
        String(baudRate),
        String(last),
        (elapsedMs / 1000).toFixed(2),
        (elapsedMs / cleanMs).toFixed(2),
      ]);
    }
  }
  return rows;
}
