import type { IdentityEvent } from "../../../index.ts";
import { paint } from "../style.ts";
import type { Terminal } from "../terminal.ts";
import { noticeWords } from "../typed-options.ts";
import { renderConnectCalmly } from "./render-connect-calmly.ts";
import { libraryLines } from "./render-lines.ts";
import type { ConnectionEvents, Handles, RenderContext } from "./render-types.ts";

type ConnectEvents = ConnectionEvents | "note" | "warning" | "session.lost" | "session.restored" | "reset.done";

/** From the first byte to the chip that is ready, and the leaving of it. */
export function renderConnect(context: RenderContext): Handles<ConnectEvents> {
  const { terminal, style } = context;
  return {
    ...(terminal.rewrites ? renderConnectCalmly(context) : renderConnectLines(context)),
    note: (notice) => terminal.keep(`${paint("Note:", "note", style)} ${noticeWords(notice)}`),
    warning: (notice) => terminal.keep(`${paint("Warning:", "warning", style)} ${noticeWords(notice)}`),
    // The work that is lost with it, or goes on, has its own words.
    "session.lost": () => {},
    "session.restored": () => {},
    "reset.done": ({ message }) => {
      terminal.abandonStage();
      terminal.blank();
      terminal.line(message);
    },
  };
}

/** As the reference has it, where output goes to no terminal, and with --verbose. */
function renderConnectLines(context: RenderContext): Handles<ConnectionEvents> {
  const { terminal } = context;
  const { line } = libraryLines(context);
  let chipName = "chip";
  return {
    "connect.started": () => {
      terminal.beginStage();
      terminal.open("Connecting...");
    },
    // A dot per failed synchronisation tells as much; the diagnosis counts the resets.
    "connect.reset": () => {},
    "connect.sync-failed": () => terminal.append("."),
    // The error that follows carries the diagnosis.
    "connect.failed": () => terminal.abandonStage(),
    "connect.retrying": ({ attempt, message }) => {
      if (attempt === 1) {
        terminal.line(message);
        terminal.open("Retrying failed connection");
      }
      // There are ten tries in a second.
      if (attempt % 10 === 1) terminal.append(".");
    },
    "connect.chip": ({ name, autoDetected }) => {
      chipName = name;
      if (autoDetected) terminal.line(`Detecting chip type... ${name}`);
    },
    "connect.identity": (event) => {
      terminal.endStage();
      renderIdentity(terminal, chipName, event);
    },
    "stub.already-running": line,
    "stub.uploading": ({ sizeBytes, plugins }) => {
      terminal.blank();
      terminal.beginStage();
      terminal.line("Uploading stub flasher...");
      if (plugins === undefined) return;
      const sizes = plugins.map(({ name, sizeBytes: size }) => ` + ${kilobytes(size)} (${name})`);
      terminal.line(`Stub: ${kilobytes(sizeBytes)} (base)${sizes.join("")}`);
    },
    "stub.starting": line,
    "stub.running": () => {
      terminal.endStage();
      terminal.line("Stub flasher running.");
    },
    "baud.tried": line,
    "baud.changing": line,
    "baud.changed": line,
  };
}

function kilobytes(sizeBytes: number): string {
  return `${(sizeBytes / 1024).toFixed(1)} KB`;
}

/** Values stand at column 20 (fact sheet 1.6). */
export function labelled(label: string, value: string): string {
  return `${`${label}:`.padEnd(20)}${value}`;
}

function renderIdentity(terminal: Terminal, chipName: string, event: IdentityEvent): void {
  terminal.line(`Connected to ${chipName} on ${event.port}:`);
  terminal.line(labelled("Chip type", event.description));
  if (event.secureDownload) return;
  if (event.features.length > 0) terminal.line(labelled("Features", event.features.join(", ")));
  if (event.crystalMhz !== null) terminal.line(labelled("Crystal frequency", `${event.crystalMhz}MHz`));
  if (event.usbMode !== null) terminal.line(labelled("USB mode", event.usbMode));
  for (const line of macLines(event)) terminal.line(line);
  terminal.blank();
}

/** The three lines of a chip with an EUI-64, the one of all others. */
export function macLines(addresses: Pick<IdentityEvent, "mac" | "baseMac" | "macExtension">): string[] {
  const { mac, baseMac, macExtension } = addresses;
  const lines = mac === null ? [] : [labelled("MAC", mac)];
  if (macExtension !== null) {
    if (baseMac !== null) lines.push(labelled("BASE MAC", baseMac));
    lines.push(labelled("MAC_EXT", macExtension));
  }
  return lines;
}
