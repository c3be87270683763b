import { CLI_SESSION, type RunContext } from "../context.ts";
import { decimalAddressWarning } from "../line/meant/decimal-address.ts";

/** Warns of an address that was probably meant in hexadecimal. */
export function warnDecimalAddress({ emit }: Pick<RunContext, "emit">, text: string): void {
  const message = decimalAddressWarning(text);
  if (message === null) return;
  emit({ session: CLI_SESSION, type: "warning", code: "address.decimal", message, details: { address: text } });
}
