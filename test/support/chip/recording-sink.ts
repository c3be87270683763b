import { type Clock, sleep } from "../../../src/core/clock.ts";
import type { EspError } from "../../../src/core/errors.ts";
import type { PortSink } from "../../../src/core/port/port.ts";

export interface RecordingSink extends PortSink {
  readonly chunks: { readonly atMs: number; readonly bytes: Uint8Array }[];
  readonly losses: EspError[];
  bytes(): number[];
  text(): string;
}

/** Keeps what a port delivers. */
export function recordingSink(clock: Clock): RecordingSink {
  const sink: RecordingSink = {
    chunks: [],
    losses: [],
    data: (bytes) => void sink.chunks.push({ atMs: clock.now(), bytes }),
    lost: (error) => void sink.losses.push(error),
    bytes: () => sink.chunks.flatMap(({ bytes }) => [...bytes]),
    text: () => new TextDecoder("latin1").decode(Uint8Array.from(sink.bytes())),
  };
  return sink;
}

/** The reset sequences of fact sheet 2.3, written down literally: [dtr, rts] or a wait in seconds. */
export type Step = readonly [number, number] | number;

export const CLASSIC: readonly Step[] = [[0, 1], 0.1, [1, 1], [1, 0], 0.05, [0, 0]];
export const CLASSIC_LONG: readonly Step[] = [[0, 1], 0.1, [1, 1], [1, 0], 0.55, [0, 0]];
export const TIGHT: readonly Step[] = [[0, 0], [1, 1], [0, 1], 0.1, [1, 0], 0.05, [0, 0]];
export const TIGHT_LONG: readonly Step[] = [[0, 0], [1, 1], [0, 1], 0.1, [1, 0], 0.55, [0, 0]];
export const USB_JTAG: readonly Step[] = [[0, 0], 0.1, [1, 0], 0.1, [1, 1], [0, 1], [0, 1], 0.1, [0, 1], [0, 0]];
export const HARD: readonly Step[] = [[0, 1], 0.1, [0, 0]];

export async function play(
  port: { readonly clock: Clock; setLines(lines: { dtr: boolean; rts: boolean }): Promise<void> },
  steps: readonly Step[],
): Promise<void> {
  for (const step of steps) {
    if (typeof step === "number") await sleep(port.clock, step * 1000);
    else await port.setLines({ dtr: step[0] === 1, rts: step[1] === 1 });
  }
}
