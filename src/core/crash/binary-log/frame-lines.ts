import { hexAddress, toHex } from "../../bytes/hex.ts";
import type { DebugInfo } from "../../debug-info/debug-info.ts";
import { formatText } from "./format-text.ts";
import { embeddedText, FrameCursor, type Pointer } from "./frame-cursor.ts";
import type { LogFrame } from "./frames.ts";
import { programText } from "./program-text.ts";

/** What stands at the beginning of the formats by which memory is logged. */
const BUFFER = /^__ESP_BUFFER_(HEX|CHAR|HEXDUMP)_FORMAT__/;
const ROW_BYTES = 16;

/** A frame as the lines that the log would have printed. What the programs do not have is shown by its address. */
export function logLines(frame: LogFrame, programs: readonly DebugInfo[]): string[] {
  const cursor = new FrameCursor(frame.body);
  const textAt = (pointer: Pointer | null): string | null => {
    if (pointer === null) return null;
    if (pointer.kind === "embedded") return embeddedText(pointer.bytes);
    return programText(programs, pointer.address) ?? `<${hexAddress(pointer.address)}>`;
  };
  const formatAt = cursor.pointer();
  const format = textAt(formatAt) ?? "";
  const tag = textAt(cursor.pointer()) ?? "?";
  const time = cursor.unsigned(frame.hasLongTime ? 8 : 4);
  const head = `${frame.level} (${time ?? "?"}) ${tag}: `;
  const buffer = BUFFER.exec(format)?.[1];
  if (buffer !== undefined) return bufferRows(cursor, buffer).map((row) => `${head}${row}`);
  const isKnown = formatAt?.kind === "embedded" || !format.startsWith("<0x");
  const text = isKnown
    ? formatText(format, {
        unsigned: (sizeBytes) => cursor.unsigned(sizeBytes),
        double: () => cursor.double(),
        text: () => textAt(cursor.pointer()),
      })
    : `${format} ${toHex(cursor.rest, " ")}`.trimEnd();
  return [`${head}${text}`];
}

/** Length, bytes, and where they were. */
function bufferRows(cursor: FrameCursor, kind: string): string[] {
  const length = Number(cursor.unsigned(4) ?? 0n);
  const data = cursor.pointer();
  const address = Number(cursor.unsigned(4) ?? 0n);
  if (data === null || data.kind === "address") return [`<${length} bytes at ${hexAddress(data?.address ?? address)}>`];
  const bytes = data.bytes.subarray(0, length);
  return Array.from({ length: Math.ceil(bytes.length / ROW_BYTES) }, (_, index) => {
    const row = bytes.subarray(index * ROW_BYTES, (index + 1) * ROW_BYTES);
    const characters = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join(
      "",
    );
    if (kind === "CHAR") return characters;
    if (kind === "HEX") return toHex(row, " ");
    return `${hexAddress((address + index * ROW_BYTES) >>> 0)}  ${toHex(row, " ").padEnd(ROW_BYTES * 3)}|${characters}|`;
  });
}
