import type { TimeoutLimits } from "../../index.ts";

/** The section of this tool in a configuration file. */
export const SECTION = "esptool";

/** Times are in seconds, rates in seconds a million bytes; both as decimal fractions (fact sheet 2.6). */
export const LIMIT_KEYS: Readonly<Record<string, keyof TimeoutLimits>> = {
  timeout: "defaultMs",
  chip_erase_timeout: "chipEraseMs",
  max_timeout: "maximumMs",
  sync_timeout: "syncMs",
  md5_timeout_per_mb: "md5MsPerMegabyte",
  erase_region_timeout_per_mb: "eraseRegionMsPerMegabyte",
  erase_write_timeout_per_mb: "eraseWriteMsPerMegabyte",
  mem_end_rom_timeout: "memEndRomMs",
};

/** Every key of the section; others are reported and ignored. */
export const CONFIG_KEYS: ReadonlySet<string> = new Set([
  ...Object.keys(LIMIT_KEYS),
  "serial_write_timeout",
  "connect_attempts",
  "write_block_attempts",
  "reset_delay",
  "open_port_attempts",
  "custom_reset_sequence",
  "custom_hard_reset_sequence",
]);
