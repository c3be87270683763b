import { unshared } from "../../bytes/unshared.ts";
import { EspError } from "../../errors.ts";
import { bytesToBits } from "../table/bits.ts";
import type { FieldValue } from "./request.ts";

/** The six bytes of a custom MAC address, as text `aa:bb:cc:dd:ee:ff` or as bytes. Throws `efuse.bad-value`. */
export function parseCustomMac(value: FieldValue | undefined): Uint8Array<ArrayBuffer> {
  const mac = value instanceof Uint8Array ? unshared(value) : macBytes(typeof value === "string" ? value : "");
  if (mac === null || mac.length !== 6) {
    throw new EspError(
      "efuse.bad-value",
      "MAC Address needs to be a 6-byte hexadecimal format separated by colons (:)!",
      { hint: "For example aa:cd:ef:01:02:03.", details: { field: "CUSTOM_MAC" } },
    );
  }
  if (((mac[0] ?? 0) & 1) !== 0) {
    throw new EspError("efuse.bad-value", "Custom MAC must be a unicast MAC!", {
      hint: "The lowest bit of the first byte has to be 0.",
      details: { field: "CUSTOM_MAC" },
    });
  }
  return mac;
}

/** A custom MAC address is stored first byte first (fact sheet efuse-secure A6). */
export function macToBits(mac: Uint8Array<ArrayBuffer>): bigint {
  return bytesToBits(mac);
}

function macBytes(text: string): Uint8Array<ArrayBuffer> | null {
  const groups = text.trim().split(":");
  return groups.every((group) => /^[0-9a-fA-F]{2}$/.test(group))
    ? Uint8Array.from(groups, (group) => Number.parseInt(group, 16))
    : null;
}

/** CRC-8 that the ESP32 keeps beside a MAC address: polynomial 31h reflected, starting at 0 (A6). */
export function macCrc(mac: Uint8Array<ArrayBuffer>): number {
  let crc = 0;
  for (const byte of mac) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0x8c;
  }
  return crc;
}
