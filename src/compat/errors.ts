import { type ErrorCode, EspError, isEspError } from "../index.ts";

/**
 * The error classes of esptool-js as questions. All that is thrown here is an `EspError`; `instanceof` tells by its code to
 * which of these it belongs, so that callers who ask that way go on working.
 */
export class ESPError extends EspError {
  constructor(message = "", code: ErrorCode = "internal") {
    super(code, message);
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isEspError(error);
  }
}

/** Somebody did not answer in time. */
export class TimeoutError extends ESPError {
  constructor(message = "") {
    super(message, "link.timeout");
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isOneOf(error, [
      "link.timeout",
      "connect.silence",
      "connect.no-reply-in-download-mode",
      "port.write-timeout",
    ]);
  }
}

export class UnsupportedCommandError extends ESPError {
  constructor(message = "The chip's loader does not know this command.") {
    super(message, "link.unsupported-command");
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isOneOf(error, ["link.unsupported-command", "chip.secure-download"]);
  }
}

export class UnexpectedChipIdError extends ESPError {
  constructor(chipId: number) {
    super(`No chip is known by the number ${chipId}.`, "connect.unknown-chip");
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isOneOf(error, ["connect.unknown-chip"]);
  }
}

export class UnexpectedChipMagicError extends ESPError {
  constructor(chipMagicValue: number) {
    super(`No chip is known by the magic value ${chipMagicValue}.`, "connect.unknown-chip");
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isOneOf(error, ["connect.unknown-chip"]);
  }
}

/** The chip's security information has no number of the chip in it (ESP32-S2), or there is none (ESP8266, ESP32). */
export class MissingChipIdError extends ESPError {
  constructor(message = "This chip does not tell its number.") {
    super(message, "chip.not-supported");
  }

  static override [Symbol.hasInstance](error: unknown): boolean {
    return isOneOf(error, ["chip.not-supported"]);
  }
}

function isOneOf(error: unknown, codes: readonly ErrorCode[]): boolean {
  return isEspError(error) && codes.includes(error.code);
}
