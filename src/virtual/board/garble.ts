/** Beyond this difference of the rates a UART receiver cannot be trusted: its last bits are sampled off. */
const TOLERANCE = 0.03;

/** True when a receiver at one rate understands a sender at the other. */
export function ratesAgree(senderBaud: number, receiverBaud: number): boolean {
  return Math.abs(senderBaud / receiverBaud - 1) <= TOLERANCE;
}

/**
 * What a receiver at another rate makes of bytes: the waveform is sampled the way a UART does it, so that the garbage
 * is that of a real line (a boot log at 74880 seen at 115200 gives more bytes than were sent). The same bytes
 * when the rates agree.
 */
export function receivedAt(bytes: Uint8Array, senderBaud: number, receiverBaud: number): Uint8Array {
  if (ratesAgree(senderBaud, receiverBaud)) return bytes;
  const bitTime = senderBaud / receiverBaud;
  // A receiver synchronises to a fraction of a bit only. The worst case makes it miss the last data bit right beyond
  // the tolerance: 8.74 x 1.03 is past the end of that bit (9), 8.24 x 0.97 before its start (8).
  const samplePoint = bitTime > 1 ? 0.74 : 0.24;
  const totalBits = bytes.length * 10;
  const received: number[] = [];
  let at = 0;
  for (;;) {
    const start = nextStart(bytes, at);
    if (start >= totalBits) break;
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) {
      if (level(bytes, start + (bit + 1 + samplePoint) * bitTime)) byte |= 1 << bit;
    }
    received.push(byte);
    at = start + (9 + samplePoint) * bitTime;
    // A low stop bit is a framing error: the byte is delivered and the search goes on from the next high level.
    while (at < totalBits && !level(bytes, at)) at = Math.floor(at) + 1;
  }
  return Uint8Array.from(received);
}

/** The line's level at a time counted in the sender's bits; idle is high. */
function level(bytes: Uint8Array, time: number): boolean {
  const bit = Math.floor(time) % 10;
  const byte = bytes[Math.floor(time / 10)];
  if (byte === undefined || bit === 9) return true;
  return bit > 0 && ((byte >> (bit - 1)) & 1) === 1;
}

/** The next falling edge at or after `time`, at a bit boundary of the sender. */
function nextStart(bytes: Uint8Array, time: number): number {
  const totalBits = bytes.length * 10;
  let bit = Math.ceil(time);
  while (bit < totalBits && (level(bytes, bit) || (bit > 0 && !level(bytes, bit - 1)))) bit++;
  return bit;
}
