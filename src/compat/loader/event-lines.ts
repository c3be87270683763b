import type { EspEvent } from "../../index.ts";
import { hexRows } from "../transport/trace-log.ts";

type Lines = { readonly [Type in EspEvent["type"]]?: (event: Extract<EspEvent, { type: Type }>) => string };

/** What a terminal shows of an event; what is missing here is shown by none. */
const LINES: Lines = {
  "connect.started": ({ port }) => `Connecting to ${port}...`,
  "connect.identity": ({ description, features, crystalMhz, mac }) =>
    [
      `Chip is ${description}`,
      ...(features.length > 0 ? [`Features: ${features.join(", ")}`] : []),
      ...(crystalMhz !== null ? [`Crystal is ${crystalMhz}MHz`] : []),
      ...(mac !== null ? [`MAC: ${mac}`] : []),
    ].join("\n"),
  "stub.already-running": () => "Stub is already running. No upload is necessary.",
  "stub.uploading": () => "Uploading stub...",
  "stub.starting": () => "Running stub...",
  "stub.running": () => "Stub running...",
  "baud.changing": ({ baudRate }) => `Changing baudrate to ${baudRate}`,
  "baud.changed": () => "Changed",
  "write.compressed": ({ sizeBytes, compressedBytes }) => `Compressed ${sizeBytes} bytes to ${compressedBytes}...`,
  "write.resumed": ({ address, reason }) => `Going on at 0x${address.toString(16)}: ${reason}`,
  "write.done": ({ sizeBytes, address, elapsedMs }) =>
    `Wrote ${sizeBytes} bytes at 0x${address.toString(16)} in ${(elapsedMs / 1000).toFixed(3)} seconds.`,
  "verify.matched": () => "Hash of data verified.",
  "verify.impossible": ({ reason }) => `Not verified: ${reason}`,
  "erase.started": () => "Erasing flash (this may take a while)...",
  "erase.done": ({ elapsedMs }) => `Erased in ${(elapsedMs / 1000).toFixed(3)} seconds.`,
  "reset.done": ({ message }) => message,
  note: ({ message }) => `Note: ${message}`,
  warning: ({ message }) => `Warning: ${message}`,
};

export function terminalLines(event: EspEvent): readonly string[] {
  const show = LINES[event.type] as ((event: EspEvent) => string) | undefined;
  return show === undefined ? [] : show(event).split("\n");
}

/** A piece of traffic as a line of a trace. */
export function traceLine(event: Extract<EspEvent, { type: "trace" }>): string {
  if (event.what !== "command") return `${event.what} ${event.bytes.length} bytes: ${hexRows(event.bytes, true)}`;
  return `command ${event.name} (0x${event.opcode.toString(16)}), ${event.data.length} bytes`;
}

/** The lines of a write under way: one for each whole percent. */
export class WritingLines {
  #last = "";

  of(event: EspEvent): readonly string[] {
    if (event.type !== "progress" || event.phase !== "write" || event.total === 0) return [];
    const percent = `${event.file} ${Math.floor((100 * event.done) / event.total)}`;
    if (percent === this.#last) return [];
    this.#last = percent;
    const address = (event.address ?? 0).toString(16).padStart(8, "0");
    return [`Writing at 0x${address}... (${percent.slice(percent.lastIndexOf(" ") + 1)}%)`];
  }
}
