import { EspError, type NandOptions } from "../../index.ts";
import { CLI_SESSION, type RunContext } from "../context.ts";
import type { OptionValues } from "../line/option-values.ts";

/** `--flash-type nand`. */
export function isNand(options: OptionValues): boolean {
  return options.text("flash-type") === "nand";
}

/** Called before a port is opened. Throws `argument.invalid` without pins: there is no default for them. */
export function nandOptions({ options, signal }: RunContext): NandOptions {
  const spiConnection = options.text("spi-connection");
  if (spiConnection !== undefined) return { spiConnection, signal };
  throw new EspError("argument.invalid", "NAND flash needs the option --spi-connection.", {
    hint: "Write five GPIO numbers CLK,Q,D,HD,CS, such as --spi-connection 12,13,11,9,10.",
    details: { name: "spi-connection" },
  });
}

/** Options that mean nothing for NAND flash, given all the same. */
export function noteIgnored({ options, emit }: RunContext, names: readonly string[]): void {
  const ignored = names.filter((name) => options.given(name)).map((name) => `--${name}`);
  if (ignored.length === 0) return;
  emit({
    session: CLI_SESSION,
    type: "note",
    code: "nand.options-ignored",
    message: `With NAND flash ${ignored.join(", ")} ${ignored.length === 1 ? "has" : "have"} no effect.`,
    details: { ignored },
  });
}
