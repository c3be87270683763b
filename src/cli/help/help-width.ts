import type { CliHost } from "../host/host.ts";

const NARROWEST = 60;
const WIDEST = 120;
/** Where nobody says how wide it is. */
const USUAL = 100;

/** How many columns help fills, for every program: as wide as the terminal, as far as that can be read. */
export function helpWidth({ stdout, env }: Pick<CliHost, "stdout" | "env">): number {
  const columns = stdout.columns ?? Number(env["COLUMNS"]);
  return Number.isFinite(columns) && columns >= NARROWEST ? Math.min(columns, WIDEST) : USUAL;
}
