import { type Random, randomBytes } from "../mutation.ts";

/** One Intel HEX record with a right checksum. */
export function hexRecord(type: number, address: number, data: readonly number[] | Uint8Array): string {
  const bytes = [data.length, address >>> 8, address & 0xff, type, ...data];
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return `:${[...bytes, -sum & 0xff].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join("")}`;
}

export function textBytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

const LENGTH_BY_TYPE = [-1, 0, 2, 4, 2, 4];

/** A file of right records whose types, lengths and addresses are drawn: gets past the checksums. */
export function randomHexFile(random: Random): Uint8Array<ArrayBuffer> {
  const lines: string[] = [];
  for (let count = random(6); count > 0; count--) {
    const type = random(20) === 0 ? random(256) : ([0, 0, 0, 2, 3, 4, 5][random(7)] as number);
    const usual = LENGTH_BY_TYPE[type] ?? -1;
    const length = usual < 0 || random(16) === 0 ? random(20) : usual;
    const address = random(3) === 0 ? 0xfff0 + random(16) : random(0x40);
    lines.push(hexRecord(type, address, randomBytes(random, length)));
  }
  if (random(8) > 0) lines.push(":00000001FF");
  return textBytes(lines.join(["\n", "\r\n", "\r"][random(3)]));
}
