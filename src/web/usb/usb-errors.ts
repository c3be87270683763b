import { EspError, isEspError } from "../../core/errors.ts";

export function nameOfError(error: unknown): string {
  const name = (error as { name?: unknown } | null)?.name;
  return typeof name === "string" ? name : "";
}

/** Why a device could not be opened or claimed. `isWindows`: there a device belongs to exactly one driver of the system. */
export function openError(cause: unknown, isWindows: boolean): EspError {
  if (isEspError(cause)) return cause;
  const name = nameOfError(cause);
  if (name === "NotFoundError")
    return new EspError("port.missing", "The USB device is not there any more.", {
      hint: "Plug the board in again; a browser may want it to be chosen anew then.",
      cause,
    });
  if (isWindows && (name === "SecurityError" || name === "NetworkError"))
    return new EspError("port.busy", "Windows has given this USB device to another driver than WinUSB.", {
      hint: "Use the browser's serial ports instead (Chrome or Edge), or give it the driver WinUSB with Zadig.",
      details: { reason: "windows-driver" },
      cause,
    });
  if (name === "NetworkError")
    return new EspError("port.busy", "A driver of the system, or another program, holds this USB device.", {
      hint:
        "Close what uses it and plug it in again. If the system has a driver of its own for it (as many phones have for " +
        "CP210x, CH340 and PL2303), the browser cannot take it away.",
      details: { reason: "kernel-driver" },
      cause,
    });
  if (name === "SecurityError")
    return new EspError("port.permission", "The browser may not use this USB device.", {
      hint: "On Linux a udev rule has to give users access to it; some kinds of devices are never given to pages.",
      details: { reason: "access-denied" },
      cause,
    });
  return new EspError("port.failed", "The USB device cannot be opened.", {
    hint: "Unplug it, plug it in again and choose it anew.",
    cause,
  });
}

export function openAlreadyError(): EspError {
  return new EspError("port.busy", "The USB device is open already: this page itself has opened it.", {
    hint: "Close it first, or end the session that uses it with disconnect().",
  });
}

const shown = (rate: number): string => String(Math.round(rate));

/** `actual`: what would come of it; null: nothing like it. */
export function baudError(name: string, baudRate: number, actual: number | null): EspError {
  const nearest = actual === null ? "" : `: it would be ${shown(actual)}`;
  return new EspError("port.baud-unsupported", `The adapter (${name}) cannot do ${baudRate} baud${nearest}.`, {
    hint: "Choose a more common rate, such as 460800 or 115200.",
    details: { baudRate, ...(actual !== null && { actual }) },
  });
}
