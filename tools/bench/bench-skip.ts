import { writeFlash } from "../../src/core/flash/write/write-flash.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import { virtualChip } from "../../src/virtual/virtual-chip.ts";

export const SKIP_HEAD = ["1 MB at 921600", "latency", "questions", "bytes written", "simulated seconds"] as const;

const ADDRESS = 0x10000;

/** Writing over what is in flash, from opening the port to the reset: simulated time, deterministic. */
export async function benchSkip(likeFirmware: (sizeBytes: number) => Uint8Array): Promise<string[][]> {
  const file = likeFirmware(1 << 20);
  const changed = file.slice();
  changed[0x4d123] = (changed[0x4d123] ?? 0) ^ 1;
  const other = file.map((byte) => byte ^ 0x2a);
  const cases: readonly [string, Uint8Array, boolean][] = [
    ["all of it is there", file, true],
    ["one sector differs", changed, true],
    ["all of it differs", other, true],
    ["all of it differs, `skip: false`", other, false],
  ];
  const rows: string[][] = [];
  for (const [name, before, skip] of cases)
    for (const adapterLatencyMs of [1, 16]) {
      const chip = virtualChip("esp32s2", {
        timing: { adapterLatencyMs },
        contents: [{ address: ADDRESS, bytes: before }],
      });
      let questions = 0;
      const session = await connect(chip.port, {
        baudRate: 921_600,
        onEvent: (event) => {
          if (event.type === "write.compared") questions += event.questions;
        },
      });
      const { files } = await writeFlash(session, [{ address: ADDRESS, data: file }], { skip });
      await disconnect(session);
      const seconds = (chip.clock.now() / 1000).toFixed(2);
      rows.push([name, `${adapterLatencyMs} ms`, String(questions), String(files[0]?.writtenBytes ?? 0), seconds]);
    }
  return rows;
}
