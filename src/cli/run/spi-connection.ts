import type { OptionValues } from "../line/option-values.ts";

/** The flash's pins, where they were given. */
export function spiConnection(options: OptionValues): { readonly spiConnection?: string } {
  const text = options.text("spi-connection");
  return text === undefined ? {} : { spiConnection: text };
}
