import type { Clock } from "../../../src/core/clock.ts";
import { EspError } from "../../../src/core/errors.ts";
import type { Port, PortCapabilities, PortInfo, PortSink } from "../../../src/core/port/port.ts";
import { decodeRequest, encodeReply, type RequestPacket } from "../../../src/core/wire/packet.ts";
import { SlipDecoder, slipEncode } from "../../../src/core/wire/slip.ts";

/** What a scripted chip answers to one request: raw bytes, each piece delivered after its delay. */
export type Script = (
  request: RequestPacket,
  index: number,
) => readonly { readonly afterMs: number; readonly bytes: Uint8Array<ArrayBuffer> }[];

export interface ScriptedPort extends Port {
  readonly requests: RequestPacket[];
  readonly lines: { dtr: boolean; rts: boolean }[];
  push(bytes: Uint8Array): void;
  lose(): void;
}

/** A port whose other end is a function of the test: no chip, no behaviour of its own. */
export function scriptedPort(
  clock: Clock,
  script: Script,
  options: { info?: Partial<PortInfo>; capabilities?: Partial<PortCapabilities> } = {},
): ScriptedPort {
  let sink: PortSink | null = null;
  const requests: RequestPacket[] = [];
  const lines: { dtr: boolean; rts: boolean }[] = [];
  const decoder = new SlipDecoder({
    frame(payload) {
      const request = decodeRequest(payload);
      if (request === null) return;
      requests.push(request);
      for (const { afterMs, bytes } of script(request, requests.length - 1))
        clock.after(afterMs, () => sink?.data(bytes));
    },
    noise() {},
  });
  return {
    info: { path: "scripted", ...options.info },
    capabilities: { lines: true, atomicLines: true, baud: true, ...options.capabilities },
    clock,
    requests,
    lines,
    async open(_options, to) {
      sink = to;
    },
    async close() {
      sink = null;
    },
    async write(bytes) {
      if (sink === null) throw new EspError("port.closed", "The port is closed.");
      decoder.push(bytes);
    },
    async setBaudRate() {},
    async setLines(state) {
      if (options.capabilities?.lines === false) throw new EspError("port.lines-unsupported", "No lines.");
      lines.push({ ...state });
    },
    push: (bytes) => sink?.data(bytes),
    lose: () => sink?.lost(new EspError("port.lost", "Gone.")),
  };
}

/** A well-formed reply, framed. */
export function reply(
  opcode: number,
  options: { value?: number; data?: number[]; status?: number[] } = {},
): Uint8Array<ArrayBuffer> {
  const { value = 0, data = [], status = [0, 0, 0, 0] } = options;
  return slipEncode(encodeReply({ opcode, value, data: Uint8Array.from([...data, ...status]) }));
}
