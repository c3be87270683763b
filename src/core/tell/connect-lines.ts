import type { IdentityEvent } from "../events.ts";
import type { Lines } from "./lines.ts";

type ConnectEvents =
  | "note"
  | "warning"
  | "connect.started"
  | "connect.reset"
  | "connect.sync-failed"
  | "connect.failed"
  | "connect.retrying"
  | "connect.chip"
  | "connect.identity"
  | "session.lost"
  | "session.restored"
  | "stub.already-running"
  | "stub.uploading"
  | "stub.starting"
  | "stub.running"
  | "baud.tried"
  | "baud.changing"
  | "baud.changed"
  | "reset.done";

/** From the first byte to the chip that is ready, and the leaving of it. */
export const CONNECT_LINES: Lines<ConnectEvents> = {
  note: ({ message }) => `Note: ${message}`,
  warning: ({ message }) => `Warning: ${message}`,
  "connect.started": ({ port }) => `Connecting to ${port}...`,
  // The error that follows counts them, and says why.
  "connect.reset": () => null,
  "connect.sync-failed": () => null,
  "connect.failed": () => null,
  // There are ten tries in a second.
  "connect.retrying": ({ attempt, message }) => (attempt === 1 ? `${message} Trying again...` : null),
  "connect.chip": ({ name, autoDetected }) => (autoDetected ? `Detecting chip type... ${name}` : null),
  "connect.identity": identity,
  "session.lost": ({ message }) => `Connection lost: ${message}`,
  "session.restored": () => "Connection restored.",
  "stub.already-running": () => "Stub flasher is already running. No upload is necessary.",
  "stub.uploading": () => "Uploading stub flasher...",
  "stub.starting": () => "Running stub flasher...",
  "stub.running": () => "Stub flasher running.",
  // What came of it follows.
  "baud.tried": () => null,
  "baud.changing": ({ baudRate }) => `Changing baud rate to ${baudRate}...`,
  "baud.changed": () => "Changed.",
  "reset.done": ({ message }) => message,
};

function identity(event: IdentityEvent): string {
  const { port, description, features, crystalMhz, usbMode, mac, secureDownload } = event;
  const known = [
    description,
    ...(features.length > 0 ? [features.join(", ")] : []),
    ...(crystalMhz === null ? [] : [`crystal ${crystalMhz}MHz`]),
    ...(usbMode === null ? [] : [usbMode]),
    ...(mac === null ? [] : [`MAC ${mac}`]),
    ...(secureDownload ? ["Secure Download Mode"] : []),
  ];
  return `Connected on ${port}: ${known.join("; ")}.`;
}
