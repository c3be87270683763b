import { EspError, isEspError } from "../core/errors.ts";

function errorName(error: unknown): string {
  const name = (error as { name?: unknown } | null)?.name;
  return typeof name === "string" ? name : "";
}

/** A port that this page opened before. */
function openAlreadyError(cause?: unknown): EspError {
  return new EspError("port.busy", "The serial port is open already: this page itself has opened it.", {
    hint: "Close it first, or end the session that uses it with disconnect().",
    cause,
  });
}

/**
 * A port that did not open. `isConnected`: what the browser says of the device; undefined where it says nothing. A device
 * that is gone and one that another program has open fail alike, as NetworkError.
 */
export function openError(cause: unknown, isConnected?: boolean): EspError {
  const name = errorName(cause);
  if (name === "InvalidStateError") return openAlreadyError(cause);
  if (name === "NotFoundError" || (name === "NetworkError" && isConnected === false)) {
    return new EspError("port.missing", "The serial port is not there any more.", {
      hint: "Plug the board in again; a browser may want the port to be chosen anew then.",
      cause,
    });
  }
  if (name === "NetworkError") {
    const gone = isConnected === undefined ? ", or the board is gone" : "";
    return new EspError("port.busy", `The serial port cannot be opened; something else has it open${gone}.`, {
      hint: "Close other tabs and programs that use it, or unplug it and plug it in again.",
      cause,
    });
  }
  if (name === "SecurityError" || name === "NotAllowedError") {
    return new EspError("port.permission", "The browser does not allow this page to use the serial port.", {
      hint: "Pages need https and the permission for serial ports.",
      cause,
    });
  }
  if (name === "TypeError") {
    return new EspError("port.baud-unsupported", "The browser does not accept this baud rate.", {
      hint: "Choose a more common rate, such as 460800 or 115200.",
      cause,
    });
  }
  return new EspError("port.failed", "The serial port cannot be opened.", {
    hint: "Close other programs that use it, and plug it in again.",
    cause,
  });
}

export function lostError(cause: unknown): EspError {
  if (isEspError(cause, "port.lost")) return cause;
  return new EspError("port.lost", "The connection to the serial port broke.", {
    hint: "Check the cable and the power of the board; a chip that resets may also take its own USB port away.",
    cause,
  });
}

/** Line noise and overruns leave the port usable: the stream is replaced by a fresh one. */
export function isPassingReadError(error: unknown): boolean {
  return ["BufferOverrunError", "BreakError", "FramingError", "ParityError"].includes(errorName(error));
}
