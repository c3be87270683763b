import type { InstallManifest } from "../../install.ts";

/**
 * At which a manifest wants its builds to be sent: the slowest that one of them names, since which of them it is becomes known over
 * the line. Null: none names any, and it is found out.
 */
export function lineRate({
  builds,
}: {
  readonly builds: readonly Pick<InstallManifest["builds"][number], "baudRate">[];
}): number | null {
  const rates = builds.flatMap(({ baudRate }) => (baudRate === null ? [] : [baudRate]));
  return rates.length === 0 ? null : Math.min(...rates);
}
