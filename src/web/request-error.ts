import { EspError, isEspError } from "../core/errors.ts";

/** A rejected request for a port. Errors are told apart by their name, as the Web Serial specification defines them. */
export function requestError(cause: unknown): EspError {
  if (isEspError(cause)) return cause;
  const name = (cause as { readonly name?: unknown } | null)?.name;
  if (name === "SecurityError") {
    return new EspError("port.permission", "This page is not allowed to ask for a serial port.", {
      hint: "Ask from a click, on a page served over https or from localhost, with serial ports allowed by its policy.",
      cause,
    });
  }
  if (name === "NotFoundError") {
    return new EspError("port.none-found", "No serial port was chosen.", {
      hint: "If the board is not in the list, check that the cable carries data and that its driver is installed.",
      cause,
    });
  }
  return new EspError("port.failed", "The browser did not give a serial port.", {
    hint: "Ask again from a click, and choose a port.",
    cause,
  });
}
