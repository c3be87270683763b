import { realpath } from "node:fs/promises";
import { type ErrorCode, EspError } from "../../core/errors.ts";
import { deviceGroup } from "./device-access.ts";
import type { SerialPlatform } from "./platform.ts";
import { findPortHolders } from "./port-holders.ts";

/**
 * The serial library reports failures as sentences with the system's own words in them: `strerror` of glibc, musl and
 * macOS, and "Unknown error code N" for most of Windows' codes. The first line that matches decides.
 */
const NOT_A_PORT = /inappropriate ioctl|not a (tty|typewriter)|is a directory|ENOTTY/i;
const OPEN_FAILURES: readonly (readonly [RegExp, ErrorCode])[] = [
  [NOT_A_PORT, "port.failed"],
  [/too many open files|EMFILE|ENFILE/i, "port.failed"],
  // Windows: 2 file, 3 path, 433 no such device, 1167 not connected.
  [/no such (file|device)|file not found|device not configured|ENOENT|ENODEV|ENXIO/i, "port.missing"],
  [/error code (2|3|433|1167)\b/i, "port.missing"],
  [/permission denied|operation not permitted|EACCES|EPERM/i, "port.permission"],
  // Windows says "Access denied" when another program has the port; 32 is a sharing violation, 170 is busy.
  [/resource busy|cannot lock|is locked|temporarily unavailable|access denied|EBUSY|EAGAIN/i, "port.busy"],
  [/error code (32|170)\b/i, "port.busy"],
  [/baud ?rate/i, "port.baud-unsupported"],
];

const NO_LINES = /inappropriate ioctl|not a (tty|typewriter)|invalid argument|ENOTTY|EINVAL|error code (1|50)\b/i;

/** Linux 6.1 and later for USB devices that do not declare break signals. See line-helper.ts. */
const NO_BREAK = /operation not supported|not supported, cannot set|EOPNOTSUPP|ENOTSUP/i;

const GONE =
  /input\/output|no such device|device not configured|bad file|EIO|ENXIO|ENODEV|error code (22|31|433|1167)\b/i;

/** The failure of an open port means that its device is not there any more. */
export function isGone(error: unknown): boolean {
  return GONE.test(error instanceof Error ? error.message : String(error));
}

export function openFailureCode(message: string): ErrorCode {
  return OPEN_FAILURES.find(([pattern]) => pattern.test(message))?.[1] ?? "port.failed";
}

export type LineFailure = "no-lines" | "no-break" | "gone";

export function lineFailure(message: string): LineFailure {
  if (NO_LINES.test(message)) return "no-lines";
  return NO_BREAK.test(message) ? "no-break" : "gone";
}

/** The error for a port that did not open, with the person's next step. */
export async function openError(cause: unknown, path: string, platform: SerialPlatform): Promise<EspError> {
  const message = cause instanceof Error ? cause.message : String(cause);
  const code = openFailureCode(message);
  const details = { path, system: message };
  if (code === "port.missing") {
    return new EspError(code, `The port ${path} does not exist.`, {
      hint: "Check the cable and the name; list the ports to see what is there.",
      details,
      cause,
    });
  }
  if (code === "port.permission") {
    const hint = platform.permissionHint(path, await deviceGroup(path));
    return new EspError(code, `You are not allowed to use the port ${path}.`, { hint, details, cause });
  }
  if (code === "port.busy") return busyError(cause, path, details);
  if (code === "port.baud-unsupported") {
    return new EspError(code, `The driver of ${path} does not accept this baud rate.`, {
      hint: "Try 115200.",
      details,
      cause,
    });
  }
  if (NOT_A_PORT.test(message)) {
    return new EspError(code, `'${path}' is not a serial port.`, {
      hint: "List the ports to see what is there; a serial port is called /dev/ttyUSB0, /dev/cu.usbserial-10 or COM3.",
      details,
      cause,
    });
  }
  if (/too many open files|EMFILE|ENFILE/i.test(message)) {
    return new EspError(code, `The port ${path} cannot be opened: too many files are open.`, {
      hint: "Close what is not needed, or raise ulimit -n.",
      details,
      cause,
    });
  }
  return new EspError("port.failed", `The port ${path} cannot be opened: ${message}.`, {
    hint: "Check that it is a serial port, unplug it and plug it in again.",
    details,
    cause,
  });
}

async function busyError(cause: unknown, path: string, details: Readonly<Record<string, unknown>>): Promise<EspError> {
  // A link such as /dev/serial/by-id/... is held under the name of its device.
  const device = await realpath(path).catch(() => path);
  const holder = (await findPortHolders(new Set([device]))).get(device);
  const by = holder === undefined ? "another program" : `${holder.name} (process ${holder.processId})`;
  return new EspError("port.busy", `The port ${path} is in use by ${by}.`, {
    hint: "Close the serial monitor or other program that has it open.",
    details: holder === undefined ? details : { ...details, holder },
    cause,
  });
}
