/** Modem and line status, before the bytes of each packet (fact sheet web-and-webusb 7). */
const STATUS_BYTES = 2;
/** What badly written memories say in place of a packet size. */
const USUAL_PACKET = 64;

export function ftdiPacketSize(packetSize: number): number {
  return packetSize > STATUS_BYTES ? packetSize : USUAL_PACKET;
}

/** The bytes of the line in one transfer: each packet of it begins with its status. Pure. */
export function ftdiPayload(transfer: Uint8Array<ArrayBuffer>, packetSize: number): Uint8Array<ArrayBuffer> {
  const size = ftdiPacketSize(packetSize);
  const payload = new Uint8Array(transfer.length);
  let length = 0;
  for (let at = 0; at < transfer.length; at += size) {
    const bytes = transfer.subarray(at + STATUS_BYTES, at + size);
    payload.set(bytes, length);
    length += bytes.length;
  }
  return payload.slice(0, length);
}

const LINE_ERRORS = { overrun: 0x02, parity: 0x04, framing: 0x08, break: 0x10 } as const;
export type FtdiLineError = keyof typeof LINE_ERRORS;

/** What the packets of a transfer tell of the line: passing troubles, after which it goes on. Pure. */
export function ftdiLineErrors(transfer: Uint8Array<ArrayBuffer>, packetSize: number): FtdiLineError[] {
  let bits = 0;
  for (let at = 0; at + 1 < transfer.length; at += ftdiPacketSize(packetSize)) bits |= transfer[at + 1] ?? 0;
  return (Object.keys(LINE_ERRORS) as FtdiLineError[]).filter((name) => (bits & LINE_ERRORS[name]) !== 0);
}
