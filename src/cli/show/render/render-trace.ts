import type { TraceRecord } from "../../../index.ts";
import { hexBytes } from "../numbers.ts";
import type { Handles, RenderContext } from "./render-types.ts";

/** Wire traffic in the reference's form (fact sheet 2.9): `TRACE +S.mmm` is the time since the line before. */
export function renderTrace({ terminal, now }: RenderContext): Handles<"trace"> {
  let last: number | undefined;
  return {
    trace: (record) => {
      const time = now();
      const delta = ((time - (last ?? time)) / 1000).toFixed(3);
      last = time;
      if (record.what === "command") terminal.blank();
      for (const line of `  TRACE +${delta}   ${traceText(record)}`.split("\n")) terminal.line(line);
    },
  };
}

function traceText(record: TraceRecord): string {
  switch (record.what) {
    case "command":
      return commandText(record);
    case "write":
      return labelled(`Write ${record.bytes.length} bytes:`, record.bytes);
    case "read":
      return labelled(`Read ${record.bytes.length} bytes:`, record.bytes);
    case "frame":
      return `Received full packet: ${dump(record.bytes)}`;
    case "invalid":
      return `Read invalid data: ${dump(record.bytes)}`;
    case "remaining":
      return `Remaining data in serial buffer: ${dump(record.bytes)}`;
  }
}

function commandText(record: Extract<TraceRecord, { what: "command" }>): string {
  const { name, opcode, data, waitsForReply, timeoutMs } = record;
  const fields = [
    `Cmd ${name} (0x${opcode.toString(16).padStart(2, "0")})`,
    `data_len ${data.length}`,
    `wait_response ${waitsForReply ? 1 : 0}`,
    `timeout ${(timeoutMs / 1000).toFixed(3)}`,
    `data ${dump(data)}`,
  ];
  return `--- ${fields.join(" | ")} ---`;
}

/** As wide as a label is at least. */
const LABEL = 21;

function labelled(label: string, bytes: Uint8Array): string {
  return `${label.padEnd(LABEL)}${dump(bytes)}`;
}

const ROW = 16;

/** One row stands in the line; more begin on a line of their own. */
function dump(bytes: Uint8Array): string {
  if (bytes.length <= ROW) return hexBytes(bytes);
  let text = "";
  for (let at = 0; at < bytes.length; at += ROW) text += `\n${dumpRow(bytes.subarray(at, at + ROW))}`;
  return text;
}

/** Two groups of eight bytes, then the same as text. */
function dumpRow(bytes: Uint8Array): string {
  const left = hexBytes(bytes.subarray(0, ROW / 2)).padEnd(ROW);
  const right = hexBytes(bytes.subarray(ROW / 2)).padEnd(ROW);
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
  return `    ${left} ${right} | ${text}`;
}
