import { readFlash } from "../../src/core/flash/read/read-flash.ts";
import { connect } from "../../src/core/session/connect/connect.ts";
import { disconnect } from "../../src/core/session/reset/disconnect.ts";
import { virtualChip } from "../../src/virtual/virtual-chip.ts";

export const READ_HEAD = ["read", "baud", "latency", "questions", "simulated seconds", "times the line"] as const;

const MEGABYTE = 1 << 20;

interface Case {
  readonly name: string;
  readonly sizeBytes: number;
  readonly contents: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  readonly known?: Uint8Array;
  readonly skip?: boolean;
  readonly lines: readonly (readonly [baudRate: number, latencyMs: number])[];
}

/**
 * Reads alone, without connecting: simulated time, deterministic. The last column: the time that the bytes of the first
 * megabyte take on the line by themselves, as often as the read takes it.
 */
export async function benchRead(likeFirmware: (sizeBytes: number) => Uint8Array): Promise<string[][]> {
  const data = likeFirmware(MEGABYTE);
  const changed = data.slice();
  changed[0x4d123] = (changed[0x4d123] ?? 0) ^ 1;
  const whole = [{ address: 0, bytes: data }];
  const scattered = [0, 1, 2, 3].map((part) => ({
    address: part * MEGABYTE + 0x30000,
    bytes: data.subarray((part * MEGABYTE) / 4, ((part + 1) * MEGABYTE) / 4),
  }));
  const spread = Array.from({ length: 16 }, (_, part) => ({
    address: part * MEGABYTE + 0x35000,
    bytes: data.subarray((part * MEGABYTE) / 16, ((part + 1) * MEGABYTE) / 16),
  }));
  const most: Case["lines"] = [
    [921_600, 1],
    [921_600, 16],
  ];
  const all: Case["lines"] = [...most, [2_000_000, 1], [2_000_000, 16]];
  const cases: readonly Case[] = [
    { name: "1 MB of data", sizeBytes: MEGABYTE, contents: whole, lines: all },
    { name: "1 MB of data, `skip: false`", sizeBytes: MEGABYTE, contents: whole, skip: false, lines: all },
    { name: "4 MB, the first not blank", sizeBytes: 4 * MEGABYTE, contents: whole, lines: all },
    { name: "4 MB, a quarter of each not blank", sizeBytes: 4 * MEGABYTE, contents: scattered, lines: most },
    { name: "1 MB that is known but for a sector", sizeBytes: MEGABYTE, contents: whole, known: changed, lines: most },
    { name: "16 MB, 64 KB of each not blank", sizeBytes: 16 * MEGABYTE, contents: spread, lines: most },
    { name: "16 MB, 1 MB not blank", sizeBytes: 16 * MEGABYTE, contents: whole, lines: most },
  ];
  const rows: string[][] = [];
  for (const each of cases) for (const line of each.lines) rows.push(await measure(each, line));
  return rows;
}

async function measure(
  { name, sizeBytes, contents, known, skip }: Case,
  [baudRate, adapterLatencyMs]: readonly [number, number],
): Promise<string[]> {
  const chip = virtualChip("esp32s2", {
    timing: { adapterLatencyMs },
    contents,
    silicon: { flash: { sizeBytes: 16 * MEGABYTE, jedecId: [0xef, 0x40, 0x18] } },
  });
  let questions = 0;
  const session = await connect(chip.port, {
    baudRate,
    onEvent: (event) => {
      if (event.type === "read.skipped") questions += event.questions;
    },
  });
  await readFlash(session, { address: 0, sizeBytes: 16 });
  const start = chip.clock.now();
  await readFlash(session, { address: 0, sizeBytes }, { skip, known });
  const elapsedMs = chip.clock.now() - start;
  await disconnect(session);
  // A data byte is ten bits.
  const lineMs = (MEGABYTE * 10_000) / baudRate;
  return [
    name,
    String(baudRate),
    `${adapterLatencyMs} ms`,
    String(questions),
    (elapsedMs / 1000).toFixed(2),
    (elapsedMs / lineMs).toFixed(3),
  ];
}
