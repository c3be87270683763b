/** What a `.config` says: the values of the names that are set, without quotes. */
export type Kconfig = ReadonlyMap<string, string>;

const MOST_LINES = 50_000;

export function parseKconfig(content: string): Kconfig {
  const values = new Map<string, string>();
  for (const line of content.split(/\r?\n/).slice(0, MOST_LINES)) {
    const at = line.indexOf("=");
    if (!line.startsWith("CONFIG_") || at === -1) continue;
    values.set(line.slice(0, at), line.slice(at + 1).replace(/^"(.*)"$/, "$1"));
  }
  return values;
}

/** Whether one of the names that end so is set to yes. */
export function isOn(config: Kconfig, ...endings: readonly string[]): boolean {
  return [...config].some(([name, value]) => value === "y" && endings.some((ending) => name.endsWith(ending)));
}
