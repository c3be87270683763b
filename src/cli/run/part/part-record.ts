import type { ReadCheckpoint } from "../../../index.ts";

/** No record that was written here is as long. */
export const LONGEST_RECORD = 1024;
const VERSION = 1;
const HEX_DIGITS = /^[0-9a-f]{32}$/;
const MAC_TEXT = /^[0-9A-Fa-f:]{1,64}$/;
const HIGHEST = 2 ** 32;

/** What stands beside the part of a read that was broken off: JSON, so that a person can read it, too. */
export function encodeRecord(checkpoint: ReadCheckpoint): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${JSON.stringify({ version: VERSION, ...checkpoint }, null, 2)}\n`);
}

/** Null: it is none, or not whole. What it says is for the chip to prove. Pure. */
export function decodeRecord(bytes: Uint8Array): ReadCheckpoint | null {
  if (bytes.length > LONGEST_RECORD) return null;
  const fields = fieldsOf(bytes);
  if (fields === null || fields["version"] !== VERSION) return null;
  const { mac, address, sizeBytes, doneBytes, md5 } = fields;
  if (mac !== null && !(typeof mac === "string" && MAC_TEXT.test(mac))) return null;
  if (typeof md5 !== "string" || !HEX_DIGITS.test(md5)) return null;
  if (!isSize(address) || address === HIGHEST || !isSize(sizeBytes) || !isSize(doneBytes)) return null;
  return { mac, address, sizeBytes, doneBytes, md5 };
}

function fieldsOf(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 && value <= HIGHEST;
}
