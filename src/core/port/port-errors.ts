import { EspError } from "../errors.ts";

const LOST_HINT = "Check the cable and the power of the board; a chip that resets may also take its own USB port away.";

/** `path`: what the port is called in a sentence. */
export function lostError(path: string, cause: unknown, hint: string = LOST_HINT): EspError {
  return new EspError("port.lost", `The connection to ${path} broke.`, {
    hint,
    details: { path },
    cause,
  });
}

const NO_LINES_HINT = "Put the chip into download mode by hand (hold BOOT, press RESET) and connect without reset.";

export function linesError(path: string, cause: unknown, hint: string = NO_LINES_HINT): EspError {
  return new EspError("port.lines-unsupported", `The port ${path} has no DTR and RTS lines.`, {
    hint,
    details: { path },
    cause,
  });
}

export function closedError(path: string): EspError {
  return new EspError("port.closed", `The port ${path} is not open.`);
}

export function openAlreadyError(path: string): EspError {
  return new EspError("port.busy", `The port ${path} is already open: this program itself has opened it.`, {
    hint: "Close it first, or end the session that uses it with disconnect().",
  });
}

const TIMEOUT_HINT = "Check the adapter; unplug it and plug it in again.";

export function writeTimeoutError(path: string, timeoutMs: number, hint: string = TIMEOUT_HINT): EspError {
  return new EspError("port.write-timeout", `The port ${path} did not take the data within ${timeoutMs / 1000} s.`, {
    hint,
  });
}
