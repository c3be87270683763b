import type { CommandSpec, OptionScope, OptionSpec } from "../spec/types.ts";
import type { Program } from "./program.ts";

/** What every command for a chip has to do with. */
const CHIP_SCOPES: readonly OptionScope[] = ["chip-name", "port", "chip", "memory"];

/**
 * The program's options that count for the command and that it does not declare anew: those it offers in help and
 * completion. The others are taken as well, and ignored.
 */
export function countingOptions(program: Pick<Program, "options" | "scopes">, spec: CommandSpec): OptionSpec[] {
  const own = new Set(spec.options.map(({ name }) => name));
  const scopes = new Set<OptionScope>([
    ...(program.scopes ?? []),
    ...(spec.scopes ?? []),
    ...(spec.device === undefined ? [] : CHIP_SCOPES),
  ]);
  return program.options.filter(
    ({ name, hidden, scope }) => hidden !== true && !own.has(name) && (scope === undefined || scopes.has(scope)),
  );
}
