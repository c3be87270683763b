import { READ_REG, type RegisterWrite, WRITE_REG } from "../../../src/core/wire/commands.ts";
import { decodeRequest } from "../../../src/core/wire/packet.ts";
import { SlipDecoder } from "../../../src/core/wire/slip.ts";
import type { Port } from "../../../src/index.ts";
import { delegatePort } from "./delegate-port.ts";

export interface RecordingPort {
  readonly port: Port;
  /** Addresses of registers, in the order in which they were read. */
  readonly reads: number[];
  /** The writes of each packet. */
  readonly writes: (readonly RegisterWrite[])[];
}

/** A port that notes what registers are asked for, from the bytes that go over it. */
export function recordingPort(port: Port): RecordingPort {
  const reads: number[] = [];
  const writes: (readonly RegisterWrite[])[] = [];
  const decoder = new SlipDecoder({
    frame: (payload) => {
      const request = decodeRequest(payload);
      if (request?.opcode === READ_REG.opcode) {
        const read = READ_REG.decode(request.data);
        if (read !== null) reads.push(read.address);
      }
      if (request?.opcode === WRITE_REG.opcode) writes.push(WRITE_REG.decode(request.data) ?? []);
    },
    noise: () => {},
  });
  const write: Port["write"] = async (data) => {
    decoder.push(data);
    await port.write(data);
  };
  return { port: delegatePort(port, { write }), reads, writes };
}
