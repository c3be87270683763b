import { EspError } from "../../errors.ts";

/** Where in a text something stands; null: it is no text with lines, or not known. */
export interface TextPlace {
  readonly line: number | null;
  readonly column: number | null;
  readonly namespace?: string | undefined;
  readonly key?: string | undefined;
}

export type NvsInputReason =
  | "bad-csv"
  | "bad-header"
  | "bad-form"
  | "key-missing"
  | "key-too-long"
  | "unknown-type"
  | "unsupported-encoding"
  | "odd-hex"
  | "bad-hex"
  | "bad-base64"
  | "bad-fill"
  | "no-files";

/** The message never repeats a value: it could be a secret. */
export function inputFault(reason: NvsInputReason, message: string, place: TextPlace, hint: string): EspError {
  return new EspError("nvs.invalid-input", withPlace(message, place), { hint, details: { reason, ...place } });
}

export function numberFault(
  message: string,
  reason: "not-an-integer" | "integer-out-of-range",
  place: TextPlace,
): EspError {
  return new EspError("nvs.invalid-number", withPlace(message, place), {
    hint: "Give a decimal number in the range of the encoding.",
    details: { reason, ...place },
  });
}

export function withPlace(message: string, { line, column }: TextPlace): string {
  if (line === null) return message;
  return column === null ? `Line ${line}: ${message}` : `Line ${line}, column ${column}: ${message}`;
}
